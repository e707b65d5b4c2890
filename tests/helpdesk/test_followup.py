import pytest

from helpdesk.events import Turn
from helpdesk.followup import contextual_query, looks_like_follow_up, queries

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
