"""Word files."""

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from knowledge.extract import extract

from .samples import rows, texts


def saved(document, tmp_path):
    path = tmp_path / "file.docx"
    document.save(path)
    return path


def test_headings_paragraphs_and_tables_keep_their_order(tmp_path):
    document = Document()
    document.core_properties.title = "Leave policy"
    document.add_heading("Leave", 1)
    document.add_paragraph("Leave is paid.")
    document.add_heading("Kinds", 2)
    table = document.add_table(2, 3)
    for cell, text in zip(table._cells, ["Kind", "Days", "Paid", "Sick", "10", "Yes"], strict=True):
        cell.text = text
    document.add_paragraph("The end.")
    found = extract(saved(document, tmp_path))
    assert found.title == "Leave policy"
    assert not found.paged
    assert [(b.kind, b.level) for b in found.pages[0].blocks] == [
        ("heading", 1),
        ("paragraph", 0),
        ("heading", 2),
        ("table_row", 0),
        ("table_row", 0),
        ("paragraph", 0),
    ]
    assert rows(found)[1] == ("Sick | 10 | Yes", "Kind | Days | Paid")


def test_list_items_have_their_bullets_and_numbers(tmp_path):
    document = Document()
    document.add_paragraph("Ask first", style="List Bullet")
    document.add_paragraph("Open the form", style="List Number")
    document.add_paragraph("Send it", style="List Number")
    assert texts(extract(saved(document, tmp_path)), "list_item") == [
        "- Ask first",
        "1. Open the form",
        "2. Send it",
    ]


def test_a_cell_merged_across_is_written_once_and_a_label_merged_down_on_each_row(tmp_path):
    document = Document()
    table = document.add_table(3, 3)
    for row, line in enumerate((("Year", "", ""), ("2025", "May", "7"), ("", "June", "9"))):
        for column, text in enumerate(line):
            table.cell(row, column).text = text
    table.cell(0, 0).merge(table.cell(0, 2))
    table.cell(1, 0).merge(table.cell(2, 0))
    assert [text for text, _ in rows(extract(saved(document, tmp_path)))] == [
        "Year",
        "2025 | May | 7",
        "2025 | June | 9",
    ]


def test_deleted_text_is_left_out_and_inserted_text_kept(tmp_path):
    document = Document()
    paragraph = document.add_paragraph("We pay ")
    for tag, name, text in (("w:del", "w:delText", "ten"), ("w:ins", "w:t", "twelve")):
        change, run, words = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(name)
        words.text = text
        run.append(words)
        change.append(run)
        paragraph._p.append(change)
    assert texts(extract(saved(document, tmp_path))) == ["We pay twelve"]


def test_a_text_box_is_a_paragraph_of_its_own(tmp_path):
    document = Document()
    run = document.add_paragraph("Outside.").add_run()
    box = OxmlElement("w:txbxContent")
    inner, inner_run, words = OxmlElement("w:p"), OxmlElement("w:r"), OxmlElement("w:t")
    words.text = "Inside the box."
    inner_run.append(words)
    inner.append(inner_run)
    box.append(inner)
    picture = OxmlElement("w:pict")
    picture.append(box)
    run._r.append(picture)
    assert texts(extract(saved(document, tmp_path))) == ["Outside.", "Inside the box."]


def test_a_frame_of_one_cell_is_no_table(tmp_path):
    document = Document()
    document.add_table(1, 1).cell(0, 0).text = "Note: ask first."
    assert texts(extract(saved(document, tmp_path)), "paragraph") == ["Note: ask first."]


def test_a_bold_first_row_is_the_header_of_two_columns(tmp_path):
    document = Document()
    table = document.add_table(2, 2)
    for column, text in enumerate(("Term", "Meaning")):
        table.cell(0, column).paragraphs[0].add_run(text).bold = True
    table.cell(1, 0).text, table.cell(1, 1).text = "PTO", "Paid time off"
    properties = table.rows[0]._tr.get_or_add_trPr()
    assert properties.find(qn("w:tblHeader")) is None
    assert rows(extract(saved(document, tmp_path)))[1] == ("PTO | Paid time off", "Term | Meaning")
