"""PowerPoint files."""

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.util import Inches

from knowledge.extract import extract

from .samples import picture, png, rows, texts


def test_a_slide_is_a_page_with_its_title_points_table_chart_and_notes(tmp_path):
    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Travel"
    body = first.placeholders[1].text_frame
    body.text = "Book early"
    point = body.add_paragraph()
    point.text, point.level = "By train", 1
    first.notes_slide.notes_text_frame.text = "Say why."
    second = deck.slides.add_slide(deck.slide_layouts[6])
    table = second.shapes.add_table(2, 2, 0, 0, Inches(4), Inches(1)).table
    for cell, text in zip(table.iter_cells(), ["City", "Rate", "Rome", "120"], strict=True):
        cell.text = text
    data = CategoryChartData()
    data.categories = ["Spring"]
    data.add_series("Trips", (7,))
    second.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, 0, 0, Inches(3), Inches(3), data)
    path = tmp_path / "deck.pptx"
    deck.save(path)

    found = extract(path)
    assert found.paged
    assert [page.number for page in found.pages] == [1, 2]
    assert [(b.kind, b.text, b.level) for b in found.pages[0].blocks] == [
        ("heading", "Travel", 1),
        ("list_item", "- Book early", 0),
        ("list_item", "- By train", 1),
        ("paragraph", "Say why.", 0),
    ]
    assert ("Rome | 120", "City | Rate") in rows(found)
    assert any("Spring" in text and "7" in text for text in texts(found))
    assert any(text.startswith("Bar chart") for text in texts(found))


def saved(deck, tmp_path):
    path = tmp_path / "deck.pptx"
    deck.save(path)
    return path


def add_part(deck, owner, name, kind, xml):
    """A part that python-pptx has no functions for; gives the relationship's id."""
    part = Part(PackURI(name), "application/xml", deck.part.package, xml.encode())
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return owner.relate_to(part, f"{base}/{kind}")


def test_comments_are_read_with_their_author_and_time(tmp_path):
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Travel"
    authors = '<cmAuthorLst><cmAuthor id="0" name="Ann"/></cmAuthorLst>'
    add_part(deck, deck.part, "/ppt/commentAuthors.xml", "commentAuthors", authors)
    note = '<cmLst><cm authorId="0" dt="2026-01-02T09:30:00.5"><text>Too dear.</text></cm></cmLst>'
    add_part(deck, slide.part, "/ppt/comments/comment1.xml", "comments", note)
    assert texts(extract(saved(deck, tmp_path))) == [
        "Travel",
        "Comment by Ann (2026-01-02 09:30): Too dear.",
    ]


def test_the_boxes_of_a_diagram_are_read(tmp_path):
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    data = (
        '<d:dataModel xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><d:ptLst>'
        "<d:pt><d:t><a:p><a:r><a:t>Ask </a:t></a:r><a:r><a:t>first</a:t></a:r></a:p></d:t></d:pt>"
        "<d:pt><d:t><a:p><a:r><a:t>Then book</a:t></a:r></a:p></d:t></d:pt></d:ptLst></d:dataModel>"
    )
    key = add_part(deck, slide.part, "/ppt/diagrams/data1.xml", "diagramData", data)
    main = "http://schemas.openxmlformats.org"
    slide.shapes._spTree.append(
        parse_xml(
            f'<p:graphicFrame xmlns:p="{main}/presentationml/2006/main"'
            f' xmlns:a="{main}/drawingml/2006/main"><p:nvGraphicFramePr>'
            '<p:cNvPr id="9" name="Diagram"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
            '<p:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic>'
            f'<a:graphicData uri="{main}/drawingml/2006/diagram"><d:relIds'
            f' xmlns:d="{main}/drawingml/2006/diagram"'
            f' xmlns:r="{main}/officeDocument/2006/relationships" r:dm="{key}"/>'
            "</a:graphicData></a:graphic></p:graphicFrame>"
        )
    )
    assert texts(extract(saved(deck, tmp_path))) == ["- Ask first", "- Then book"]


@pytest.mark.parametrize(("lines", "has_text"), [(["Emergency number 3999"], True), ([], False)])
def test_a_slide_that_is_only_a_picture_has_its_text_or_says_that_none_was_found(
    tmp_path, lines, has_text
):
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Travel"
    shot = picture(lines, size=(900, 200))
    if not lines:
        shot.paste("navy", (0, 0, 450, 200))
    deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_picture(png(shot), 0, 0)
    deck.slides.add_slide(deck.slide_layouts[6])
    found = extract(saved(deck, tmp_path))
    assert found.pages[1].readable == has_text
    assert ("no text" in found.pages[1].warning) != has_text
    assert found.pages[2].blank
    assert (found.readable_pages, found.expected_pages) == (1 + has_text, 2)


@pytest.mark.parametrize("kind", ["slideshow", "template"])
def test_shows_and_templates_are_read_as_decks(tmp_path, kind):
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Visitors sign in"
    main = "application/vnd.openxmlformats-officedocument.presentationml.{}.main+xml"
    deck.part._content_type = main.format(kind)
    path = tmp_path / {"slideshow": "welcome.ppsx", "template": "welcome.potx"}[kind]
    deck.save(path)
    (page,) = extract(path).pages
    assert [block.text for block in page.blocks] == ["Visitors sign in"]
