"""Workbooks of Excel 97-2003 and older (XLS). Every sheet is a page."""

import os
import tempfile
from pathlib import Path

from .blocks import Extraction, Page
from .locked import unlocked
from .ole import MARK, opened, stream, title_of
from .sheets import MAX_COLUMNS
from .tables import MAX_CELLS, refuse_size, sheet_blocks


def extract(path) -> Extraction:
    """The text of an XLS file; one that only the password that Excel assumes protects as well."""
    import xlrd

    path = Path(path)
    try:
        return _read(path)
    except xlrd.XLRDError as error:
        if "encrypted" not in str(error):
            raise
    with tempfile.TemporaryDirectory() as folder:
        return _read(unlocked(path, Path(folder)))


def _read(path: Path) -> Extraction:
    data, title = _records(path)
    book = _opened(data)
    pages, budget = [], MAX_CELLS
    for sheet in book.sheets():
        rows = []
        for number in range(sheet.nrows):
            row = [_value(book, cell) for cell in sheet.row(number)[:MAX_COLUMNS]]
            budget -= len(row)
            if budget < 0:
                refuse_size()
            rows.append(row)
        pages.append(Page(len(pages) + 1, sheet_blocks(sheet.name, rows)))
    return Extraction(pages, title)


def _records(path: Path) -> tuple[bytes, str]:
    """The stream of records, which the oldest files are as a whole, and the workbook's title."""
    with open(path, "rb") as file:
        if file.read(8) != MARK:
            return path.read_bytes(), ""
    # Read here, for the library's own reader of compound files refuses some that Excel opens.
    with opened(path) as file:
        return stream(file, "Workbook") or stream(file, "Book"), title_of(file)


def _opened(data: bytes):
    import xlrd

    with open(os.devnull, "w") as log:
        try:
            return xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=log)
        except xlrd.XLRDError:
            raise
        except Exception:
            # A damaged style must not cost the values.
            return xlrd.open_workbook(file_contents=data, logfile=log)


def _value(book, cell) -> str:
    """A cell as a reader sees it, near enough; written as those of XLSX are."""
    import xlrd

    if cell.ctype == xlrd.XL_CELL_TEXT:
        return " ".join(cell.value.split())
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        if "%" in _format(book, cell):
            return f"{cell.value * 100:.10g}%"
        return f"{cell.value:.15g}"
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _date(cell.value, book.datemode)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "")
    return ""


def _format(book, cell) -> str:
    """The pattern in which a cell's number is shown."""
    if cell.xf_index is None or cell.xf_index >= len(book.xf_list):
        return ""
    found = book.format_map.get(book.xf_list[cell.xf_index].format_key)
    return found.format_str if found is not None else ""


def _date(value: float, mode: int) -> str:
    import xlrd

    try:
        moment = xlrd.xldate_as_datetime(value, mode)
    except (xlrd.XLDateError, ValueError, OverflowError):
        return f"{value:.15g}"
    if value < 1:
        return moment.time().isoformat("minutes")
    if moment.time() == moment.min.time():
        return moment.date().isoformat()
    return moment.isoformat(" ", "minutes")
