"""Spreadsheets and files of separated values."""

import datetime

import openpyxl
import pytest

from knowledge.extract import KnowledgeError, extract, sheets, tables

from .samples import rows, texts


def test_every_sheet_is_a_page_with_its_header_on_each_row(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Rates"
    book.active.append(["Hotel rates"])
    book.active.append([])
    book.active.append(["City", "Rate", "Share", "From"])
    book.active.append(["Rome", 120.0, 0.25, datetime.datetime(2025, 3, 1)])
    book.active["C4"].number_format = "0%"
    book.create_sheet("Empty")
    book.create_sheet("People").append(["Ann", "ann@example.com"])
    path = tmp_path / "book.xlsx"
    book.save(path)

    found = extract(path)
    assert [page.number for page in found.pages] == [1, 2, 3]
    assert texts(found)[:2] == ["Rates", "Hotel rates"]
    assert ("Rome | 120 | 25% | 2025-03-01", "City | Rate | Share | From") in rows(found)
    assert found.pages[1].blocks == []
    assert "Ann | ann@example.com" in found.pages[2].text


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
