from tuning import courtesies


def test_what_many_answers_say_without_a_source_is_the_houses_own():
    answers = [
        f"Hello from the People Team!\nYou get {n} days. [1]\nKind regards, your Help Desk"
        for n in range(5)
    ]

    assert set(courtesies.of(answers).split("\n")) == {
        "Hello from the People Team!",
        "Kind regards, your Help Desk",
    }


def test_a_fact_that_is_asked_for_often_is_none():
    assert courtesies.of(["You get 25 days of leave. [1] Bye!"] * 9) == "Bye!"


def test_what_few_say_is_none():
    answers = [f"Number {n} is the one that you want. [1]" for n in range(100)]

    assert courtesies.of([*answers, "Ask Peter.", "Ask Peter."]) == ""
    assert courtesies.of([]) == ""
