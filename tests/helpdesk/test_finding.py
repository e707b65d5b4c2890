"""The search in a conversation: it is remembered where that helps, and no longer."""

import pytest

from helpdesk.confidence import confidence
from helpdesk.events import Turn
from helpdesk.finding import find, merged
from tests.helpdesk.answers import found, publish

HISTORY = (
    Turn("user", "How many days of parental leave can I take?"),
    Turn("assistant", "You can take 26 weeks."),
)
LEAVE = "Parental leave is 26 weeks. Part-time employees take parental leave by the hour."
HOTELS = "Hotels in Manchester are paid up to 160 EUR per night."
SHIFTS = "Part-time employees work in shifts of four hours."


@pytest.fixture
def handbook(everyone, real_embeddings):
    return [publish(everyone, f"{n}.pdf", text) for n, text in enumerate((LEAVE, HOTELS, SHIFTS))]


def texts(question, user, history=()):
    return [passage.text for passage in find(question, user, 2, history=history)]


@pytest.mark.django_db(transaction=True)
class TestFind:
    def test_a_follow_up_finds_what_the_conversation_is_about(self, handbook, employee):
        assert texts("And for part-timers?", employee)[0] == SHIFTS
        assert texts("And for part-timers?", employee, HISTORY)[0] == LEAVE

    def test_a_new_subject_is_not_drawn_back_to_the_old_one(self, handbook, employee):
        question = "What is the hotel limit in Manchester?"

        assert texts(question, employee, HISTORY)[0] == HOTELS

    def test_neighbours_that_the_old_subject_brings_are_no_answer_to_a_new_one(
        self, handbook, everyone, employee
    ):
        parts = [f"Parental leave, rule {n}: " + "you can take days of it. " * 25 for n in range(4)]
        publish(everyone, "rules.pdf", *parts)
        question = "What is the capital of Mongolia?"
        places = find(question, employee, 5, history=HISTORY)

        assert any(len(place.alone) > 1 for place in places)
        assert confidence(question, places) < 0.1

    def test_nobody_finds_by_a_conversation_what_they_may_not_read(
        self, handbook, managers, employee, manager
    ):
        publish(managers, "secret.pdf", "Parental leave of directors is 52 weeks.")
        (for_employee, for_manager) = (
            {p.document for p in find("And for directors?", user, 5, history=HISTORY)}
            for user in (employee, manager)
        )

        assert "secret.pdf" not in for_employee
        assert "secret.pdf" in for_manager


def test_what_only_another_query_found_has_no_likeness_with_the_question():
    mine, theirs = found(passage_id=1, score=1.0), found(passage_id=2, score=2.0)
    last = found(passage_id=3, score=0.0)
    first, second, _ = merged([([mine, last], 1.0), ([theirs, last], 0.4)])

    assert (first, first.similarity) == (mine, 0.6)
    assert (second.passage_id, second.similarity, second.sentences) == (2, 0.0, ())
