"""PowerPoint files."""

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from knowledge.extract import extract

from .samples import rows, texts


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
