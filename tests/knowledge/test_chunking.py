import time
from dataclasses import replace

import pytest

from knowledge.chunking import TARGET_CHARACTERS, chunk
from knowledge.extract.blocks import Block, Extraction, Page, Span
from knowledge.token_limits import embedded_text

WINDOW = 256
SENTENCE = "An employee may take a day of leave on short notice when the team agrees to it."


def words(text):
    return len(text.split()) + 2


def letters(text):
    """Counts as for Chinese: a token a character."""
    return len(text) + 2


def chunks(*blocks, title="", count=words, window=WINDOW):
    return chunk(Extraction([Page(1, list(blocks))]), title, count, window)


def paragraph(text, **values):
    return Block("paragraph", text, **values)


def heading(text, level=1):
    return Block("heading", text, level)


def texts(found):
    return [item.text for item in found]


def test_a_passage_stands_under_the_title_and_its_headings():
    found = chunks(
        heading("Leave"),
        heading("Carrying over", 2),
        paragraph(SENTENCE * 4),
        heading("Sickness"),
        paragraph(SENTENCE * 4),
        title="Handbook",
    )
    assert [item.headings for item in found] == [
        "Handbook › Leave › Carrying over",
        "Handbook › Sickness",
    ]


def test_a_heading_that_says_the_title_again_is_left_out():
    (found,) = chunks(heading("Leave Policy"), paragraph(SENTENCE), title="The leave policy 2026")
    assert found.headings == "The leave policy 2026"


def test_passages_are_whole_sentences_of_about_the_same_length():
    found = chunks(paragraph(" ".join([SENTENCE] * 40)))
    assert len(found) > 3
    assert all(len(item.text) <= TARGET_CHARACTERS for item in found)
    assert all(item.text.startswith("An ") and item.text.endswith(".") for item in found)
    assert sum(item.text.count(SENTENCE) for item in found) == 40


def test_the_sentences_are_offsets_of_the_text():
    (found,) = chunks(heading("Leave"), paragraph("Take a day. Tell your manager."))
    assert [found.text[a:b] for a, b in found.sentences] == ["Take a day.", "Tell your manager."]


def test_short_sections_share_a_passage_and_keep_their_headings_in_it():
    (found,) = chunks(
        heading("Leave"),
        paragraph("Take a day."),
        heading("Travel"),
        paragraph("Take the train."),
    )
    assert found.headings == "Leave"
    assert found.text == "Take a day.\nTravel\nTake the train."
    assert [found.text[a:b] for a, b in found.sentences] == ["Take a day.", "Take the train."]


def test_a_table_row_is_never_cut_and_repeats_its_header_in_the_next_passage():
    header = "Country | Hotel | Meals"
    rows = [f"Country {n} | {100 + n} euro | {20 + n} euro" for n in range(90)]
    blocks = [Block("table_row", header), *(Block("table_row", r, header=header) for r in rows)]
    found = chunks(*blocks)
    assert len(found) > 3
    assert all(item.text.startswith(header) for item in found)
    assert all(item.text.count(header) == 1 for item in found)
    assert [line for item in found for line in item.text.split("\n") if line != header] == rows
    assert all(len(item.text) <= TARGET_CHARACTERS for item in found)
    assert all(header not in item.text[a:b] for item in found[1:] for a, b in item.sentences), (
        "a repeated header answers nothing"
    )


def test_a_row_longer_than_a_passage_stays_whole_within_reason():
    row, monster = "cell | " * 300, "cell | " * 5000
    assert texts(chunks(Block("table_row", row))) == [row]
    cut = texts(chunks(Block("table_row", monster)))
    assert all(len(text) <= TARGET_CHARACTERS for text in cut)


def test_a_header_longer_than_a_passage_is_not_repeated():
    header = "name | " * 200
    found = chunks(Block("table_row", header), Block("table_row", "a | b", header=header))
    assert sum(item.text.count(header.strip()) for item in found) == 1


@pytest.mark.parametrize("count", [words, letters])
@pytest.mark.parametrize(
    "text", [SENTENCE * 30, "x" * 5000, "漢字" * 1500, "a " * 3000, "https://" + "ab/" * 900]
)
def test_no_passage_goes_over_the_window_whatever_the_text(text, count):
    found = chunks(heading("Leave"), paragraph(text), Block("list_item", text), count=count)
    assert max(count(embedded_text(item.headings, item.text)) for item in found) <= WINDOW
    assert "".join("".join(texts(found)).split()) == "".join((text + text).split())


@pytest.mark.parametrize("sentence", [SENTENCE, "Ein Tag Überstunden darf „abgebaut“ werden."])
def test_passages_go_up_to_the_window_where_every_byte_is_a_token(sentence):
    def octets(text):
        return len(text.encode()) + 2

    parts = [heading("Leave"), heading("Days off", level=2), paragraph(f"{sentence} " * 40)]
    found = chunks(*parts, title="Handbook", count=octets, window=400)
    counts = [octets(embedded_text(one.headings, one.text)) for one in found]
    assert max(counts) <= 400
    assert all(count + len(sentence.encode()) + 1 > 400 for count in counts[:-1])


@pytest.fixture
def asked():
    """The texts that were counted, and what counts them."""
    texts = []

    def count(text):
        texts.append(text)
        return words(text)

    return texts, count


def test_a_short_text_needs_no_counting(asked):
    texts, count = asked
    parts = [heading("Leave"), heading("Days off", level=2), *[paragraph(SENTENCE)] * 2]
    chunks(*parts, title="Handbook", count=count)
    assert texts == []


def test_the_words_of_a_long_one_are_counted_about_once(asked):
    texts, count = asked
    parts = [heading("Leave"), heading("Days off", level=2), *[paragraph(SENTENCE)] * 40]
    found = chunks(*parts, title="Handbook", count=count)
    assert sum(map(len, texts)) < 1.1 * sum(len(one.text) for one in found)


def test_an_endless_heading_leaves_room_for_the_text():
    endless = "On the leave of employees " * 200
    found = chunks(heading(endless), heading(endless + "!", 2), paragraph(SENTENCE), count=letters)
    assert max(letters(embedded_text(item.headings, item.text)) for item in found) <= WINDOW
    assert found[0].headings.startswith("On the leave")


def test_middle_headings_go_before_title_and_last():
    path = [heading(f"Heading number {n} about something else", n) for n in range(1, 9)]
    (found,) = chunks(*path, paragraph(SENTENCE), title="Handbook", count=letters, window=280)
    assert found.headings.startswith("Handbook › ")
    assert found.headings.endswith("Heading number 8 about something else")


def test_a_file_of_headings_alone_is_found_by_them():
    (found,) = chunks(heading("Emergency"), heading("Call 112", 2), title="Poster")
    assert found.text == "Emergency\nCall 112"
    assert len(found.sentences) == 2


def test_a_heading_without_text_is_no_passage_beside_others():
    found = chunks(heading("Contents"), heading("Leave"), paragraph(SENTENCE * 4), heading("End"))
    assert len(found) == 1


def test_no_text_gives_no_passages():
    assert chunks(paragraph("  "), paragraph("\0")) == []
    assert chunk(Extraction([]), "Title", words, WINDOW) == []


def test_nul_characters_become_spaces_and_move_nothing():
    (found,) = chunks(paragraph("Take\0a day.", spans=(Span(0, 11, 1, 0, 0, 1, 1),)))
    assert found.text == "Take a day."
    assert found.spans == [(0, 11, 1, 0, 0, 1, 1)]


def test_spans_count_in_the_passage_and_are_cut_with_their_line():
    line = Span(0, 23, 3, 0.1, 0.5, 0.33, 0.52)
    text = "Take a day. Tell it me."
    page = Page(3, [heading("Leave"), paragraph(text, spans=(line,))])
    (found,) = chunk(Extraction([page]), "", words, WINDOW)
    assert [found.text[start:end] for start, end, *_ in found.spans] == [
        "Take a day.",
        "Tell it me.",
    ]
    first, second = (place for _, _, *place in found.spans)
    assert first == pytest.approx([3, 0.1, 0.5, 0.21, 0.52])
    assert second == pytest.approx([3, 0.22, 0.5, 0.33, 0.52])


def test_a_line_is_placed_in_the_sentence_that_it_is_a_part_of():
    first, second = Span(0, 11, 1, 0.1, 0.5, 0.3, 0.52), Span(12, 16, 1, 0.1, 0.6, 0.2, 0.62)
    third = Span(17, 23, 2, 0.1, 0.1, 0.2, 0.12)
    page = Page(1, [paragraph("Take a day. Tell it me.", spans=(first, second, third))])
    (found,) = chunk(Extraction([page]), "", words, WINDOW)
    assert found.spans == [
        (0, 11, 1, 0.1, 0.5, 0.3, 0.52),
        (12, 16, 1, 0.1, 0.6, 0.2, 0.62),
        (17, 23, 2, 0.1, 0.1, 0.2, 0.12),
    ]


def test_a_passage_over_a_pages_end_knows_where_each_page_begins():
    pages = [Page(n, [paragraph(f"Sentence on page {n}.")]) for n in (4, 5)]
    (found,) = chunk(Extraction(pages), "", words, WINDOW)
    assert found.page == 4
    assert found.page_starts == [(0, 4), (len("Sentence on page 4.\n"), 5)]


def test_a_huge_document_takes_seconds():
    blocks = [paragraph(" ".join([SENTENCE] * 10)) for _ in range(3000)]
    begun = time.perf_counter()
    found = chunks(*blocks, replace(blocks[0], text="word " * 200_000))
    assert time.perf_counter() - begun < 10
    assert len(found) > 4000
