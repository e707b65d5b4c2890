"""Spreadsheets and files of separated values."""

import datetime

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image

from knowledge.extract import KnowledgeError, extract, sheets, tables

from .samples import picture, png, rows, texts


def test_every_sheet_is_a_page_with_its_header_on_each_row(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Rates"
    book.active.append(["Hotel rates"])
    book.active.append([])
    book.active.append(["City", "Rate", "Share", "From"])
    book.active.append(["Rome", 120.0, 0.25, datetime.datetime(2025, 3, 1)])
    book.active["C4"].number_format = "0%"
    book.active["D4"].number_format = "yyyy-mm-dd"
    book.create_sheet("Empty")
    book.create_sheet("People").append(["Ann", "ann@example.com"])
    path = tmp_path / "book.xlsx"
    book.save(path)

    found = extract(path)
    assert [page.number for page in found.pages] == [1, 2, 3]
    assert texts(found)[:2] == ["Rates", "Hotel rates"]
    assert ("Rome | 120 | 25% | 2025-03-01", "City | Rate | Share | From") in rows(found)
    assert found.pages[1].blocks == []
    assert (found.readable_pages, found.expected_pages) == (2, 2)
    assert "Ann | ann@example.com" in found.pages[2].text


def saved(book, tmp_path):
    path = tmp_path / "book.xlsx"
    book.save(path)
    return path


def test_times_and_currencies_are_written_as_they_are_shown(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["When", "Paid", "Owed"])
    book.active.append([datetime.datetime(2025, 3, 1), 5000, 12.5])
    book.active["A2"].number_format = "yyyy-mm-dd hh:mm"
    book.active["B2"].number_format = '"$"#,##0'
    book.active["C2"].number_format = "#,##0.00 [$€-407]"
    assert rows(extract(saved(book, tmp_path)))[1][0] == "2025-03-01 00:00 | $5000 | 12.5 €"


def test_a_label_merged_over_rows_is_written_in_each_and_one_merged_across_once(tmp_path):
    book = openpyxl.Workbook()
    for line in (["Rates", None, None], ["Year", "Month", "Rate"], ["2025", "May", "seven"]):
        book.active.append(line)
    book.active.append([None, "June", "nine"])
    book.active.merge_cells("A1:C1")
    book.active.merge_cells("A3:A4")
    found = texts(extract(saved(book, tmp_path)))
    assert found[1:] == ["Rates", "Year | Month | Rate", "2025 | May | seven", "2025 | June | nine"]


def test_a_chart_is_read_with_its_kind_and_the_figures_that_its_cells_hold(tmp_path):
    book = openpyxl.Workbook()
    for line in (["City", "Trips"], ["Rome", 7], ["Oslo", 9]):
        book.active.append(line)
    chart = BarChart()
    chart.title = "Where we went"
    chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    chart.set_categories(Reference(book.active, min_col=1, min_row=2, max_row=3))
    book.create_chartsheet("Figures").add_chart(chart)
    found = extract(saved(book, tmp_path))
    assert [block.text for block in found.pages[1].blocks] == [
        "Figures",
        "Bar chart: Where we went",
        "| Trips",
        "Rome | 7",
        "Oslo | 9",
    ]


def test_a_comment_is_read_with_its_cell_and_its_author(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Rate", "Rome"])
    book.active["A1"].comment = Comment("Agreed with the hotel.", "Ann")
    assert texts(extract(saved(book, tmp_path)))[-1] == (
        "Comment on A1 by Ann: Agreed with the hotel."
    )


def test_a_picture_on_a_sheet_is_read(tmp_path):
    shot = png(picture(["Emergency number 3999"], size=(900, 200)))
    book = openpyxl.Workbook()
    book.active.add_image(Image(shot))
    assert "3999" in extract(saved(book, tmp_path)).pages[0].text


def test_formulas_without_a_stored_result_are_told(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Sum", "=1+2", "=2+3"])
    assert "2 formulas have no result" in extract(saved(book, tmp_path)).pages[0].warning


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_of_values_is_found(tmp_path, mark):
    lines = [["City", "Rate", "Note"], ["Rome", "120", '"a, b; c"'], ["Oslo", "140", "none"]]
    path = tmp_path / "rates.csv"
    path.write_text("\n".join(mark.join(line) for line in lines), encoding="utf-8")
    assert rows(extract(path))[1] == ("Rome | 120 | a, b; c", "City | Rate | Note")


def test_an_empty_cell_keeps_its_place(tmp_path):
    path = tmp_path / "rates.tsv"
    path.write_text("City\tRate\tNote\nRome\t\tfull\n", encoding="utf-8")
    assert rows(extract(path))[1][0] == "Rome | | full"


def test_too_many_cells_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_CELLS", 10)
    monkeypatch.setattr(tables, "MAX_CELLS", 10)
    path = tmp_path / "large.csv"
    path.write_text("a,b,c\n" * 10, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="more than 10 filled cells"):
        extract(path)
