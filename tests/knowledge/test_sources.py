import pytest
from django.template.loader import render_to_string

from knowledge.extract.blocks import Block
from knowledge.models import Version
from knowledge.sources import PART, page_count, source
from tests.knowledge.papers import (
    HEIGHT,
    LEAVE,
    NOTICE,
    TABLE,
    WIDTH,
    meals,
    passages_of,
    pdf,
    published_pdf,
    published_text,
    uploaded,
)

pytestmark = pytest.mark.usefixtures("var")


def quote(version, text):
    """The source with `text` quoted, and what it looks like."""
    passage = next(one for one in passages_of(version) if text in one.text)
    start = passage.text.index(text)
    context = source(version, passage=passage, start=start, end=start + len(text))
    return context, render_to_string("knowledge/source.html", context)


def test_the_boxes_lie_over_the_quoted_line(everyone):
    context, _ = quote(published_pdf(everyone, [LEAVE, NOTICE]), LEAVE)
    (box,) = context["boxes"]
    baseline = 100 / HEIGHT
    assert box["x"] == pytest.approx(50 / WIDTH, abs=0.01)
    assert box["y"] < baseline - 0.5 * 14 / HEIGHT
    assert baseline < box["y"] + box["height"] + 0.003 < 120 / HEIGHT


def test_a_quote_of_part_of_a_line_gets_part_of_its_box(everyone):
    version = published_pdf(everyone, [LEAVE])
    whole = quote(version, LEAVE)[0]["boxes"][0]
    part = quote(version, "25 working days")[0]["boxes"][0]
    assert part["x"] == pytest.approx(whole["x"] + whole["width"] * 19 / len(LEAVE), abs=0.001)
    assert part["width"] == pytest.approx(whole["width"] * 15 / len(LEAVE), abs=0.001)


def test_the_page_is_the_one_where_the_quote_begins(everyone):
    context, html = quote(published_pdf(everyone, [LEAVE], [NOTICE]), NOTICE)
    assert context["number"] == 2
    assert "/pages/2.png" in html
    assert "<rect" in html
    assert f"the quote highlighted: “{NOTICE}”" in html


def test_another_page_shows_no_box_of_the_quote(everyone):
    version = published_pdf(everyone, [LEAVE], [NOTICE])
    (passage,) = [one for one in passages_of(version) if LEAVE in one.text]
    context = source(version, page=2, passage=passage, start=0, end=len(LEAVE))
    assert context["boxes"] == []
    assert context["number"] == 2


def test_a_pdf_page_comes_with_its_text(everyone):
    html = render_to_string("knowledge/source.html", source(published_pdf(everyone, [LEAVE])))
    assert "Text of this page" in html
    assert LEAVE in html
    assert "<mark" not in html


def test_nothing_in_the_fragment_needs_an_inline_style(everyone):
    _, html = quote(published_pdf(everyone, [LEAVE]), LEAVE)
    assert "style=" not in html
    assert "<script" not in html


def test_a_text_shows_headings_lists_tables_and_the_marked_quote(everyone):
    _, html = quote(published_text(everyone, meals()), "Keep the receipt.")
    assert "<h3>Limits</h3>" in html
    assert "<li>no alcohol</li>" in html
    assert html.count("<table>") == 1
    assert html.count('<th scope="col">') == 3
    assert "<td>16 euro</td>" in html
    assert '<mark id="quote">Keep the receipt.</mark>' in html


def test_a_quoted_row_is_marked_cell_by_cell(everyone):
    _, html = quote(published_text(everyone, meals()), TABLE[2])
    assert '<td><mark id="quote">Dinner</mark></td><td><mark>35 euro</mark></td>' in html
    assert html.count('id="quote"') == 1


def test_a_quoted_list_item_is_marked_where_its_bullet_is_part_of_the_quote(everyone):
    _, html = quote(published_text(everyone, meals()), "- no alcohol")
    assert '<li><mark id="quote">no alcohol</mark></li>' in html


def test_text_of_a_document_is_escaped(everyone):
    blocks = [Block("paragraph", "Say <script>alert(1)</script> and <b>be bold</b>.")]
    _, html = quote(published_text(everyone, blocks), "<b>be bold</b>")
    assert "<script" not in html
    assert "&lt;b&gt;be bold" in html


def test_a_passage_is_shown_with_its_neighbours(everyone):
    rules = [" ".join(f"Rule {n}-{m} holds." for m in range(40)) for n in range(8)]
    version = published_text(everyone, [Block("paragraph", rule) for rule in rules])
    passages = passages_of(version)
    html = render_to_string("knowledge/source.html", source(version, passage=passages[3]))
    lines = [one.text.split("\n") for one in passages]
    assert [all(line in html for line in each) for each in lines[:7]] == [False, *[True] * 5, False]


def test_a_long_text_is_shown_in_parts(everyone):
    blocks = [Block("paragraph", f"Sentence {n} of a rule. " * 25) for n in range(PART + 9)]
    version = published_text(everyone, blocks)
    assert version.passage_count > PART
    assert page_count(version) == 2
    second = render_to_string("knowledge/source.html", source(version, page=2))
    assert f"Sentence {PART + 8} of" in second
    assert "Sentence 0 of" not in second
    assert "no part 3" in source(version, page=3)["problem"]


def test_a_missing_file_leaves_a_sentence_and_the_text(everyone):
    version = published_pdf(everyone, [LEAVE])
    version.file.storage.delete(version.file.name)
    context, html = quote(version, LEAVE)
    assert "no longer kept" in context["problem"]
    assert f'<mark id="quote">{LEAVE}</mark>' in html
    assert "<img" not in html


def test_a_damaged_pdf_leaves_a_sentence(everyone):
    version = uploaded(everyone, "broken.pdf", b"%PDF-1.7 and then nothing")
    Version.objects.filter(pk=version.pk).update(status=Version.Status.FAILED)
    version.refresh_from_db()
    html = render_to_string("knowledge/source.html", source(version))
    assert "could not be read" in html
    assert "<img" not in html


def test_a_version_in_work_says_so_and_shows_its_page(everyone):
    context = source(uploaded(everyone, "leave.pdf", pdf([LEAVE])))
    assert "waits to be read" in context["problem"]
    assert context["width"] == 1400
