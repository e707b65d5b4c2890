from dataclasses import replace

import pytest

from helpdesk.prompts import NOT_FOUND
from helpdesk.quotes import compose
from knowledge.found import Sentence
from knowledge.grouping import grouped
from tests.helpdesk.answers import LEAVE, QUESTION, found


def passage(text, similarities, **values):
    """A passage whose sentences are its lines, with these cosines; None makes a heading."""
    sentences, place = [], 0
    for line, similarity in zip(text.split("\n"), similarities, strict=True):
        if similarity is not None:
            sentences.append(Sentence(place, place + len(line), similarity))
        place += len(line) + 1
    best = max(sentence.similarity for sentence in sentences)
    return found(text, **{"similarity": best, "sentences": tuple(sentences)} | values)


def joined(*passages):
    """Neighbours that are shown as one, counted from the beginning of a document."""
    members = tuple(
        replace(one, passage_id=number, ordinal=number) for number, one in enumerate(passages)
    )
    return replace(members[-1], members=members)


TABLE = passage(
    "City | Limit\nCork | €150\nManchester | €160\nLondon | €220",
    [None, 0.5, 0.9, 0.5],
    headings="Expenses › Hotels",
)


def test_it_quotes_the_passage_and_cites_it():
    draft = compose(QUESTION, [passage(LEAVE, [0.8])])
    assert "25 working days" in draft.text
    assert draft.text.endswith("[1]")
    assert (draft.quotes[0].text, draft.quotes[0].page) == (LEAVE, 3)
    assert draft.abstained is False


def test_every_quote_stands_in_its_passage():
    draft = compose(QUESTION, [passage(LEAVE, [0.8]), TABLE])
    assert draft.quotes
    for quote in draft.quotes:
        assert quote.text in quote.passage.text


@pytest.mark.parametrize("passages", [[], [passage("Bicycles may be parked here.", [0.1])]])
def test_it_says_plainly_that_nothing_was_found(passages):
    draft = compose("Who won the World Cup in 1998?", passages)
    assert (draft.text, draft.quotes, draft.abstained) == (NOT_FOUND, (), True)


def test_a_row_comes_alone_under_its_header():
    draft = compose("What is the hotel limit in Manchester?", [TABLE])
    assert "| City | Limit" in draft.text
    assert "Manchester | €160" in draft.text
    assert "London" not in draft.text
    assert draft.quotes[0].text == "Manchester | €160"


def test_rows_that_answer_equally_well_stay_together():
    table = passage("City | Limit\nCork | €150\nManchester | €160", [None, 0.9, 0.9])
    draft = compose("What are the hotel limits?", [table])
    assert "Cork" in draft.text
    assert "Manchester" in draft.text


GRADES = "Pay › 2. Bands"
PAY = "What is the pay of grade E?"


def of_table(text, similarities, headings=GRADES):
    return passage(f"Grade | Pay\n{text}", [None, *similarities], headings=headings)


@pytest.mark.parametrize(
    ("question", "others", "told"),
    [
        (PAY, of_table("G | €84,000\nH | €108,000", [0.7, 0.7]), []),
        (PAY, of_table("G | €84,000\nH | €108,000\nPart-time is less.", [0.5, 0.5, 0.9]), []),
        (PAY, of_table("Part-time is less.\nG | €84,000\nH | €108,000", [0.9, 0.5, 0.5]), []),
        ("What is the pay of grade E and of G?", of_table("G | €84,000", [0.7]), ["€84,000"]),
        ("What does a lead earn?", of_table("G, lead of leads | €84,000", [0.5]), ["€84,000"]),
        ("What is the pay by grade?", of_table("G | €84,000", [0.9]), ["€84,000"]),
        (PAY, of_table("G | €84,000", [0.7], "Pay › 3. Supplements"), ["€84,000"]),
        (PAY, passage("Level | Limit\nG | €84,000", [None, 0.7], headings=GRADES), ["€84,000"]),
    ],
    ids=[
        "lesser",
        "before",
        "behind",
        "named",
        "named alike",
        "equal",
        "another section",
        "another table",
    ],
)
def test_of_a_table_cut_in_two_the_rows_that_answer_come(question, others, told):
    draft = compose(question, [joined(of_table("E, lead | €57,000", [0.95]), others)])
    assert "€57,000" in draft.quotes[0].text
    assert [pay for pay in ("€84,000", "€108,000") if pay in draft.text] == told
    assert ("Part-time is less." in draft.text) == ("Part-time" in others.text)


def test_a_list_is_kept_whole_with_the_line_that_leads_into_it():
    lines = passage(
        "You must:\n- lock the screen\n- report a loss\n- keep the charger\nThe rest is free.",
        [0.5, 0.9, 0.4, 0.4, 0.3],
    )
    draft = compose("What about the screen lock?", [lines])
    assert "You must:" in draft.text
    assert "- keep the charger" in draft.text


def test_the_best_passage_is_quoted_whole_its_headings_told_apart():
    two = passage("Leave is 25 days.\n3. Sickness\nCall in sick by nine.", [0.9, None, 0.2])
    text = compose("How many days of leave?", [two]).text
    assert "Leave is 25 days.\n\n**3\\. Sickness**\n\nCall in sick by nine. [1]" in text


HEAD = "Document: HR-02\nOwner: Head of People\nNext review: March 2028"
HEADED = f"{HEAD}\n1. Purpose\nLeave is for rest."


def test_a_documents_head_is_no_quote_beside_the_best_one():
    head = passage(HEADED, [0.5, 0.2, 0.2, None, 0.4])
    place = joined(head, passage("Leave is 25 days.", [0.9]))
    draft = compose("How many days of leave?", [place])
    assert [quote.text for quote in draft.quotes] == ["Leave is 25 days.", "Leave is for rest."]


def test_the_best_passage_is_quoted_without_its_head_unless_that_answers():
    purpose = passage(HEADED, [0.2, 0.2, 0.2, None, 0.9])
    owner = passage(HEADED, [0.2, 0.9, 0.2, None, 0.4])
    assert compose("What is leave for?", [purpose]).quotes[0].text == "Leave is for rest."
    assert HEAD in compose("Who is the owner, which head of people?", [owner]).quotes[0].text


@pytest.mark.parametrize(
    "begins", ["Leave is 25 days.\nAsk early.\nMind: plan well.", "Days: 25 a year.\nAsk early."]
)
def test_what_states_something_over_the_first_heading_is_no_head(begins):
    lines = begins.split("\n")
    text = f"{begins}\n2. Sickness\nCall in sick by nine."
    whole = passage(text, [*[0.3 for _ in lines], None, 0.9])
    assert compose("When do I call in sick?", [whole]).quotes[0].text == text


def test_lines_with_labels_within_a_document_are_no_head():
    within = replace(passage(HEADED, [0.2, 0.2, 0.2, None, 0.9]), ordinal=3)
    assert compose("What is leave for?", [within]).quotes[0].text == HEADED


@pytest.mark.parametrize("similarity", [0.1, 0.9])
def test_a_first_line_that_repeats_the_title_is_left_out(similarity):
    scan = passage(f"Paid leave\n{LEAVE}", [similarity, 0.8], headings="Paid Leave")
    assert compose(QUESTION, [scan]).quotes[0].text == LEAVE


def test_a_passage_that_is_but_its_title_is_quoted():
    title = passage("Paid leave of working days in a year", [0.8])
    title = replace(title, headings=title.text)
    assert compose(QUESTION, [title]).quotes[0].text == title.text


def test_a_lesser_passage_is_quoted_up_to_its_next_heading():
    lesser = "Leave is asked for early.\n3. Sickness\nCall in sick by nine."
    first = passage(LEAVE, [0.8], passage_id=1)
    second = passage(lesser, [0.8, None, 0.2], passage_id=2)
    assert "Call in sick" not in compose(QUESTION, [first, second]).text


def test_neighbours_of_the_best_passage_are_quoted_with_it():
    first = passage(LEAVE, [0.8], passage_id=1, ordinal=1)
    beside = passage("Hours are logged weekly.", [0.1], passage_id=2, ordinal=2)
    assert {
        q.passage.passage_id for q in compose(QUESTION, grouped([first, beside], 5)).quotes
    } == {
        1,
        2,
    }


def test_a_question_for_a_number_prefers_the_sentence_that_holds_one():
    first = passage("Leave days are given by the manager.", [0.70], passage_id=1)
    second = passage("Leave days number 25 in a year.", [0.69], passage_id=2)
    draft = compose("How many leave days?", [first, second])
    assert draft.quotes[0].passage.passage_id == 2


def test_at_most_three_passages_are_quoted():
    passages = [passage(LEAVE, [0.8], passage_id=n) for n in range(5)]
    assert len(compose(QUESTION, passages).quotes) == 3


def test_no_quote_is_added_beyond_the_length_of_an_answer():
    long = [passage(f"{LEAVE} {LEAVE} {LEAVE} {LEAVE}", [0.8], passage_id=n) for n in range(3)]
    assert len(compose(QUESTION, long).quotes) == 1


def cited(*passages):
    return {quote.passage.passage_id for quote in compose(QUESTION, passages).quotes}


@pytest.mark.parametrize(
    ("place", "quoted"),
    [
        ({"page": 4}, True),
        ({"page": 5}, False),
        ({"page": 4, "version_id": 2}, False),
    ],
)
def test_a_lesser_passage_is_quoted_only_from_the_same_place(place, quoted):
    first = passage(LEAVE, [0.8], passage_id=1)
    second = passage(LEAVE, [0.7], passage_id=2, **place)
    assert (cited(first, second) == {1, 2}) is quoted


def test_without_pages_a_section_is_a_place():
    first = passage(LEAVE, [0.8], passage_id=1, page=None)
    same = passage(LEAVE, [0.7], passage_id=2, page=None)
    other = passage(LEAVE, [0.7], passage_id=3, page=None, headings="Paid leave › Other")
    assert cited(first, same, other) == {1, 2}
