"""The benchmark of styles that paraphrase: what it trains on, and how it judges an answer."""

import io

import pytest

from tuning.benchmarks import tone

ROW = {
    "style": "friendly",
    "request": "How long does a refund take?",
    "response_plain": "A refund of $25 takes 5 days. Write to Dana Reed.",
    "response": "Hi there! A refund of $25 takes 5 days. Just write to Dana Reed, any time!",
}


def test_the_plain_answer_is_shown_and_the_one_in_style_is_wanted():
    system, user, wanted = tone.conversation(ROW)
    assert f"{ROW['response_plain']} [1]" in user["content"]
    assert "A refund of $25 takes 5 days. [1]" in wanted["content"]
    assert wanted["content"].startswith("Hi there! A refund")


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ("Hi! Your $25 are there in 5 days, says Dana Reed.", 1),
        ("Hi! Your $25 are there in 6 days, says Dana Reed.", 3 / 4),
        ("Hi! Soon.", 0),
    ],
)
def test_facts_are_the_numbers_amounts_and_names_of_the_plain_answer(said, share):
    assert tone.facts(ROW["response_plain"], said) == pytest.approx(share)
    assert tone.facts("Please send the details.", said) is None


def test_an_answer_with_a_number_of_its_own_is_replaced_as_in_the_chat():
    kept = tone.reply(ROW, "Hi there! A refund of $25 takes 5 days. [1]", 1, "Hi there!", [])
    assert not kept.score["replaced"]
    lost = tone.reply(ROW, "Hi there! A refund of $35 takes 5 days. [1]", 1, "Hi there!", [])
    assert lost.score["replaced"]
    assert "$25" in lost.text


def test_the_gates_say_what_stops_a_model_that_loses_its_facts():
    said = {
        "base": [f"{ROW['response_plain']} [1]"] * 8,
        "tuned": ["Hi there! A refund of $75 takes 9 days. Write to Dan Rose, any time!"] * 8,
    }
    out = io.StringIO()
    out.write = lambda text, write=out.write: write(f"{text}\n")
    tone.judged(out, [ROW] * 20, [ROW] * 8, said, {"base": 2.0, "candidate": 1.0})
    told = out.getvalue()
    assert "The gates stop it" in told
    assert told.index("FAILS replaced") < told.index("holds loss")
    assert "tuned: Hi there! A refund of $75" in told
