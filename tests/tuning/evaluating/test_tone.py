from tuning.evaluating import tone

HOUSE = [
    f"Thanks for asking! There are {n} rooms in house {n}. Write to us any time." for n in range(20)
]
PLAIN = [f"There are {n} rooms in house {n}." for n in range(20)]


def test_a_voice_is_told_by_what_stands_around_the_facts():
    judge = tone.Tone({"house": HOUSE, "base": PLAIN})
    assert judge.of("Thanks for asking! The lift stops at 9. Write to us any time.") == "house"
    assert judge.of("The lift stops at 9.") == "base"
    assert judge.share([*HOUSE[:3], PLAIN[0]], "house") == 0.75


def test_its_accuracy_is_that_on_answers_it_has_not_seen():
    assert tone.accuracy({"house": HOUSE, "base": PLAIN}) > 0.95
    assert tone.accuracy({"house": HOUSE, "base": HOUSE}) < 0.7
    assert tone.accuracy({"house": [], "base": []}) == 0.0


def test_marks_and_case_count_nothing():
    assert tone.features("Ask US [12]!") == tone.features("ask us!")
