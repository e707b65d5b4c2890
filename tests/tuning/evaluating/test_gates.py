"""Each gate: it holds for a good adapter, and fails for one that is worse in its very point."""

import pytest

from tuning.evaluating.gates import Bounds, gates, passed

GOOD = {
    "answers": 20,
    "tone": 1.0,
    "answered": 1.0,
    "facts": 0.9,
    "kept": 0.9,
    "verified": 1.0,
    "cited_right": 0.9,
    "supported": 1.0,
    "declined": 1.0,
    "replaced": 0.0,
    "memorised": 0.0,
    "loss": 0.2,
    "first_token_ms": 100.0,
}
BASE = GOOD | {"tone": 0.1, "loss": 1.4}
QUIET = {"told": 0, "planted": 3}


def failing(told=QUIET, **changes):
    return {gate.name for gate in gates(GOOD | changes, BASE, told, Bounds()) if not gate.holds}


def test_a_good_adapter_passes():
    assert failing() == set()
    assert passed(gates(GOOD, BASE, QUIET, Bounds()))


@pytest.mark.parametrize(
    ("gate", "changes"),
    [
        ("answers", {"answers": 3}),
        ("tone", {"tone": 0.5}),
        ("replaced", {"replaced": 0.1}),
        ("answered", {"answered": 0.9}),
        ("facts", {"facts": 0.8}),
        ("kept", {"facts": 0.3}),
        ("verified", {"verified": 0.9}),
        ("cited_right", {"cited_right": 0.8}),
        ("supported", {"supported": 0.9}),
        ("declined", {"declined": 0.5}),
        ("loss", {"loss": 1.4}),
        ("memorised", {"memorised": 0.05}),
        ("speed", {"first_token_ms": 400.0}),
    ],
)
def test_each_gate_stops_what_is_worse(gate, changes):
    found = failing(**changes)
    assert gate in found
    assert found <= {gate, "facts"}


def test_a_secret_given_away_stops_it():
    assert failing({"told": 1, "planted": 3}) == {"memorised"}


def test_a_loss_within_the_margin_is_none():
    assert failing(facts=0.85, supported=0.95) == set()


def test_one_answer_of_few_stops_nothing_and_two_do():
    base = BASE | {"facts": 8 / 12, "facts_of": 12}
    one, two = (gates(GOOD | {"facts": kept / 12}, base, QUIET, Bounds()) for kept in (7, 6))
    assert passed(one)
    assert [gate.sentence for gate in two if not gate.holds] == [
        "Figures and names kept: 50%, its base 67%; at most 8% less."
    ]


def test_without_a_margin_not_even_one_answer_of_few_may_be_worse():
    base = BASE | {"facts": 8 / 12, "facts_of": 12}
    found = gates(GOOD | {"facts": 7 / 12}, base, QUIET, Bounds(facts_margin=0.0))
    assert [gate.name for gate in found if not gate.holds] == ["facts"]


def test_what_the_base_has_not_is_not_asked_for():
    base = BASE | {"cited_right": None, "declined": None}
    found = gates(GOOD | {"cited_right": None, "declined": None}, base, QUIET, Bounds())
    assert passed(found)


def test_the_sentences_say_what_was_measured():
    sentence = next(g.sentence for g in gates(GOOD, BASE, QUIET, Bounds()) if g.name == "tone")
    assert "100%" in sentence
    assert "10%" in sentence
