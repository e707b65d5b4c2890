"""Workbooks of Excel 97 to 2003."""

import struct

import pytest

from knowledge.extract import KnowledgeError, extract, xls

from .ole_samples import workbook
from .samples import rows, texts


def test_every_sheet_is_a_page_with_its_header_on_each_row(tmp_path):
    path = tmp_path / "book.xls"
    path.write_bytes(workbook([["City", "Rate"], ["Zürich", 120.5], ["Rome", 90]]))
    found = extract(path)
    assert texts(found)[0] == "Rates"
    assert rows(found)[1:] == [("Zürich | 120.5", "City | Rate"), ("Rome | 90", "City | Rate")]


def test_a_locked_workbook_needs_a_password(tmp_path):
    path = tmp_path / "book.xls"
    path.write_bytes(workbook([["a", "b"]], (0x2F, struct.pack("<3H", 0, 1, 2))))
    with pytest.raises(KnowledgeError, match="needs a password"):
        extract(path)


def test_too_many_cells_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(xls, "MAX_CELLS", 3)
    path = tmp_path / "book.xls"
    path.write_bytes(workbook([["a", "b"], ["c", "d"]]))
    with pytest.raises(KnowledgeError, match="Split it"):
        extract(path)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(45717.0, "2025-03-01"), (45717.5, "2025-03-01 12:00"), (0.75, "18:00")],
)
def test_a_date_is_written_as_in_newer_workbooks(value, shown):
    assert xls._date(value, 0) == shown


def test_a_table_of_tabs_under_the_name_of_a_workbook_is_read(tmp_path):
    path = tmp_path / "export.xls"
    path.write_text("City\tRate\nRome\t120\n")
    assert rows(extract(path))[1] == ("Rome | 120", "City | Rate")
