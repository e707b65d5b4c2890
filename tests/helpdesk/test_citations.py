from timeit import repeat

import pytest

from helpdesk.citations import find_quote, verify
from tests.helpdesk.answers import LEAVE, MEALS, found

LEAVE_PASSAGE = found(LEAVE)
MEALS_PASSAGE = found(MEALS, passage_id=2, document="expenses.pdf", title="Expenses", headings="")
PASSAGES = (LEAVE_PASSAGE, MEALS_PASSAGE)


def quotes_of(text, passages=PASSAGES):
    return [(q.number, q.verified, q.text) for q in verify(text, passages)[1]]


def test_a_mark_stands_on_the_sentence_of_its_passage_that_says_the_same():
    text, (quote,) = verify("You get 25 days of paid leave a year [1].", PASSAGES)

    assert text == "You get 25 days of paid leave a year [1]."
    assert quote.passage is LEAVE_PASSAGE
    assert quote.text == LEAVE[: LEAVE.index(" Up to")]
    assert quote.verified


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("Five unused days may be carried over until 31 March. [1]", "Up to five unused days"),
        ("You may carry over 5 unused days until 31 March [1].", "Up to five unused days"),
        ("- **Hotel:** up to 140 EUR a night [2]", "Hotel | 140 EUR per night"),
        ("[2] Meals cost up to 45 EUR per day.", "Meals | 45 EUR per day"),
        ("Maria Lopez signs receipts above 1000 EUR [2].", "Receipts above 1,000 EUR"),
        ("It says “carried over until 31 March” somewhere [1].", "carried over until 31 March"),
    ],
)
def test_numbers_lists_rows_and_words_in_quotation_marks_find_their_place(answer, quote):
    ((_, verified, text),) = quotes_of(answer)

    assert verified
    assert text.startswith(quote)


@pytest.mark.parametrize(
    "answer",
    [
        "You get 30 days of paid annual leave per calendar year [1].",
        "Unused days may be carried over until 30 April [1].",
        "John Smith signs receipts above 1000 EUR [2].",
        "The canteen opens early in the morning [1].",
        "[1]",
    ],
)
def test_another_number_date_or_name_than_the_passage_has_is_not_verified(answer):
    ((_, verified, text),) = quotes_of(answer)

    assert not verified
    assert text == ""


def test_marks_of_passages_that_were_not_shown_are_left_out():
    text, quotes = verify(
        "You get 25 days of paid leave [1][4]. See also this [0] and that [9].", PASSAGES
    )

    assert text == "You get 25 days of paid leave [1]. See also this and that."
    assert len(quotes) == 1


def test_marks_are_counted_anew_and_one_quote_keeps_one_number():
    answer = (
        "Meals are 45 EUR per day [2]. You get 25 days of annual leave [1]. "
        "As I said, meals: 45 EUR per day [2]."
    )
    text, quotes = verify(answer, PASSAGES)

    assert text == (
        "Meals are 45 EUR per day [1]. You get 25 days of annual leave [2]. "
        "As I said, meals: 45 EUR per day [1]."
    )
    assert [quote.passage for quote in quotes] == [MEALS_PASSAGE, LEAVE_PASSAGE]


@pytest.mark.parametrize(
    "mark",
    [
        "[1][2]",
        "[1, 2]",
        "[1-2]",
        "[1] [2]",
        "[Passage 1][^2]",
        "【1†x】【2】",
        "[1](http://x.example)[2]",
    ],
)
def test_every_sensible_form_of_a_mark_is_read(mark):
    text, quotes = verify(f"Something that stands nowhere {mark}.", PASSAGES)

    assert text == "Something that stands nowhere [1][2]."
    assert len(quotes) == 2


def test_code_years_and_notes_are_no_marks():
    answer = "Run `list[1]` or\n```\na[2]\n```\nin [2026] as [annex 1] says."

    assert verify(answer, PASSAGES) == (answer, ())


def test_a_word_alone_is_checked_with_the_sentence_before_it():
    text, quotes = verify("Are 25 days of paid annual leave given? Yes. [1]", PASSAGES)

    assert quotes[0].verified


def test_without_passages_no_mark_is_left():
    assert verify("Twenty days [1].", ()) == ("Twenty days.", ())


@pytest.mark.parametrize(
    ("quote", "passage", "said"),
    [
        ("the line\nmanager", "ask the  line manager", "the  line manager"),
        ("‘line’ manager", "The 'Line' Manager", "'Line' Manager"),
        ("line manager", "the line mana-\n  ger says", "line mana-\n  ger"),
        ("long-term leave", "any longterm leave", "longterm leave"),
        ("3–5 days", "35 days, or 3-5 days", "3-5 days"),
        ("office file", "the oﬃce\u00ad ﬁle", "oﬃce\u00ad ﬁle"),
        ("re\u0301sume\u0301", "le résumé court", "résumé"),
        ("résumé", "le re\u0301sume\u0301 court", "re\u0301sume\u0301"),
        ("it’s “so”", 'then it\'s "so" again', 'it\'s "so"'),
        ("STRASSE", "eine Straße", "Straße"),
        ("not there", "something else", None),
        ("  ", "something else", None),
    ],
)
def test_a_quote_is_found_however_it_is_written(quote, passage, said):
    place = find_quote(quote, passage)

    assert (place and passage[slice(*place)]) == said


@pytest.mark.parametrize(
    "hostile",
    ["[1]" * 4000, "[1, " * 4000, "`" * 12001, "a [1] " * 2000, "“x" * 6000, "\n" * 12000 + "[1]"],
    ids=lambda text: text[:5],
)
def test_hostile_answers_take_no_more_time_than_their_length(hostile):
    # Of several: the machine may stand still for a second.
    assert min(repeat(lambda: verify(hostile, PASSAGES * 3), number=1, repeat=3)) < 1
