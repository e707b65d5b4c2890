"""On the demo's phrasings too: what docs/curated-answers.md says of them stands here."""

import json

import pytest

from helpdesk.same_question import same
from knowledge.demo.company import DOCS

ROWS = [json.loads(line) for line in (DOCS.parent / "phrasings.jsonl").read_text().splitlines()]


def share(kind: str) -> float:
    pairs = [(row["question"], other) for row in ROWS for other in row[kind]]
    return sum(same(*pair) for pair in pairs) / len(pairs)


def test_courtesies_endings_and_the_order_of_words_change_nothing():
    assert share("rewordings") >= 0.95


def test_no_question_that_asks_something_else_is_taken_for_the_same():
    assert share("near_misses") == 0


def test_a_paraphrase_in_other_words_is_not_taken_for_the_same():
    assert share("paraphrases") == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do I get from Cork to Dublin?", "How do I get from Dublin to Cork?"),
        ("May I take my leave in August?", "Must I take my leave in August?"),
        ("When do I get my bonus?", "Why do I get my bonus?"),
        ("Who approves 10,000 euros?", "Who approves 1,000 euros?"),
        ("Can I carry over leave?", "Can I not carry over leave?"),
    ],
)
def test_small_differences_count(one, other):
    assert not same(one, other)


def test_numbers_may_be_written_in_either_way():
    assert same("Who approves €10,000?", "who approves 10000 euros")
