import pytest

from helpdesk.events import Turn
from helpdesk.followup import contextual_query, looks_like_follow_up, queries, subject
from helpdesk.prompts import NOT_FOUND

HISTORY = (
    Turn("user", "How many days of parental leave can I take?"),
    Turn("assistant", "Up to 26 weeks [1]."),
)


@pytest.mark.parametrize(
    "question",
    ["And for fathers?", "Is it paid?", "Why?", "What about part-time staff?", "How long is that?"],
)
def test_a_question_that_points_back_is_a_follow_up(question):
    assert looks_like_follow_up(question)
    assert contextual_query(question, HISTORY) == f"{HISTORY[0].text} {question}"


@pytest.mark.parametrize(
    "question",
    [
        "What is the daily meal allowance in Paris?",
        "Is there a limit for hotel costs on business trips?",
        "Travel insurance claim form",
    ],
)
def test_a_question_with_a_subject_of_its_own_stands_alone(question):
    assert contextual_query(question, HISTORY) == question


def test_a_follow_up_to_a_follow_up_goes_back_to_the_question_that_stood_alone():
    history = (*HISTORY, Turn("user", "And for fathers?"), Turn("assistant", "The same."))

    query = contextual_query("Is it paid?", history)

    assert query == "How many days of parental leave can I take? And for fathers? Is it paid?"


def test_the_first_question_is_its_own_query():
    assert contextual_query("Is it paid?", ()) == "Is it paid?"


def test_a_question_that_leans_is_searched_with_the_one_before_it_first():
    (first, weight), (alone, less), (answered, least) = queries("Is it paid?", HISTORY, 0.9)

    assert (first, alone) == (f"{HISTORY[0].text} Is it paid?", "Is it paid?")
    assert answered.endswith(HISTORY[1].text)
    assert weight > less > least > 0


def test_the_surer_a_question_alone_is_the_less_the_conversation_counts():
    unsure, sure = (queries("Which hotel is best in Paris?", HISTORY, s) for s in (0.0, 1.0))

    assert unsure[0] == sure[0] == ("Which hotel is best in Paris?", 1.0)
    assert [weight for _, weight in unsure[1:]] == [0.5, 0.25]
    assert [weight for _, weight in sure[1:]] == [0.0, 0.0]


LATER = (
    *HISTORY,
    Turn("user", "Is parental leave paid?"),
    Turn("assistant", "The company pays parental leave in full [1]."),
)


def test_after_several_questions_the_subject_is_searched_for_with_the_question():
    (query, weight) = queries("What about part-time staff?", LATER, 0.9)[-1]

    assert query == "parental leave days take paid 26 What about part-time staff?"
    assert weight == 0.5
    assert queries("Which hotel is best in Paris?", LATER, 0.75)[-1][1] == 0.125
    assert len(queries("What about part-time staff?", HISTORY, 0.9)) == 3


def test_the_subject_is_what_most_of_the_turns_say():
    turns = [Turn("user", f"Does number {n} hold for helmets?") for n in (7, 8, 9)]

    assert subject(turns).split()[:3] == ["number", "hold", "helmets"]
    assert subject([Turn("user", "helmet"), Turn("assistant", "Helmets of steel")]) == (
        "helmets steel"
    )
    assert subject([]) == ""


def test_an_answer_that_nothing_was_found_tells_nothing_of_the_subject():
    nothing = Turn("assistant", NOT_FOUND)
    asked = [*HISTORY, Turn("user", "And for fathers?"), nothing]

    assert "documents" not in subject(asked)
    assert queries("And for mothers?", asked, 0.5)[2][0].endswith(HISTORY[1].text)
