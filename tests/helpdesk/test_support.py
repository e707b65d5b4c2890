from timeit import repeat

import numpy as np
import pytest

from helpdesk import support
from tests.helpdesk.answers import LEAVE, MEALS, embed_sentences, found

PASSAGES = (
    found(LEAVE),
    found(MEALS, passage_id=2, document="expenses.pdf", title="Expenses", headings=""),
    found(
        "Write to leave@company.example or send form HR-07, open Mon to Fri from 9:00.",
        passage_id=3,
        title="Forms",
    ),
)


def unsupported(text, passages=PASSAGES):
    checked = support.check(text, passages, embed_sentences)
    return [text[slice(*span)] for span in checked.unsupported]


@pytest.mark.parametrize(
    "sentence",
    [
        "You get 25 working days of paid annual leave [1].",
        "You get twenty-five days of paid annual leave a year [1].",
        "- **Hotel:** up to 140 EUR per night [2]",
        "Receipts above €1000 need the signature of Maria Lopez [2].",
        "As it says, “up to five unused days may be carried over” [1].",
        "Send form HR-07 or write to leave@company.example [3].",
        "Write or send the form, open Monday from 9 am [3].",
        "The documents do not mention a canteen.",
        "Is that all?",
        "Yes.",
        "I hope this helps, and let me know if you need more.",
        "Here is what the handbook says:",
        "## Paid leave",
        "**Paid leave**",
        "| Meal | Limit |\n|---|---|",
        "`leave = 30`",
    ],
)
def test_what_the_passages_say_and_what_claims_nothing_is_not_marked(sentence):
    assert unsupported(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "You get 30 working days of paid annual leave.",
        "You get 25 weeks of paid annual leave.",
        "Up to five unused days may be carried over until 30 April.",
        "Receipts above 1,000 EUR need the signature of John Smith.",
        "Send form HR-08 to the office.",
        "Write to boss@company.example about it.",
        "See https://evil.example/leave for more of it.",
        "It says “all employees may carry over ten days”.",
        "The canteen serves excellent vegetarian soup.",
        "The documents do not mention the 900 EUR for bicycles.",
    ],
)
def test_a_figure_a_name_an_address_or_a_matter_from_elsewhere_is_marked(sentence):
    assert unsupported(sentence) == [sentence.rstrip()]


def test_a_figure_beside_another_matter_does_not_bear_a_sentence_out():
    text = "Unused days may be carried over until 31 March, and 25 of them at most."
    apart = found(
        "Requests go to the manager. " * 6 + "The office has 25 working days of opening.",
        passage_id=4,
    )

    assert unsupported("Up to 140 days of annual leave are paid.", (*PASSAGES, apart))
    assert unsupported(text, (found(LEAVE.partition(" Up to")[2]), apart))


def test_only_the_sentence_without_a_source_is_marked_and_its_markup_stays_outside():
    text = (
        "You get 25 working days of paid annual leave [1]. You also get a company car [1].\n\n"
        "- **You even get 99 bicycles.** [2]\n\n| Meals | 45 EUR per day |\n|---|---|\n"
        "| Cars | 77 EUR per day |"
    )

    assert unsupported(text) == [
        "You also get a company car [1].",
        "You even get 99 bicycles.",
        "Cars | 77 EUR per day",
    ]


def test_sentences_are_counted_with_those_that_stand_on_something():
    text = "You get 25 working days of paid annual leave [1]. A car is on top of all that."
    checked = support.check(text, PASSAGES, embed_sentences)

    assert (checked.sentences, checked.supported) == (2, 1)


def test_an_answer_in_another_language_is_checked_for_its_figures():
    german = "Vollzeitkräfte haben Anspruch auf {} Arbeitstage bezahlten Urlaub im Jahr."

    assert unsupported(german.format(25)) == []
    assert unsupported(german.format(40)) == [german.format(40)]


def test_what_is_said_in_other_words_is_found_by_its_meaning(real_embeddings):
    passage = found("Leave requests are made to the line manager two weeks before at least.")

    assert (
        unsupported(
            "Holidays have to be requested from your line manager a fortnight in advance.",
            (passage,),
        )
        == []
    )
    assert unsupported("Parking permits are handed out at the main gate.", (passage,))


def test_without_passages_nothing_is_borne_out():
    assert unsupported("Annual leave is paid in full.", ()) == ["Annual leave is paid in full."]


def test_the_embedder_is_not_asked_where_words_are_enough():
    def embed(texts):
        raise AssertionError(texts)

    text = "You get 25 working days of paid annual leave [1]."
    assert support.check(text, PASSAGES, embed).unsupported == ()


@pytest.mark.parametrize(
    "hostile", ["a. " * 4000, "1 " * 6000, "“x" * 6000, "| " * 6000, "*" * 12000, "A b. " * 2400]
)
def test_hostile_answers_take_no_more_time_than_their_length(hostile):
    def look():
        support.check(hostile, PASSAGES, lambda texts: np.zeros((len(texts), 3), dtype=np.float32))

    # Of several: the machine may stand still for a second.
    assert min(repeat(look, number=1, repeat=3)) < 2
