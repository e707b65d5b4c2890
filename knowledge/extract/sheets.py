"""Spreadsheets: XLSX, CSV and TSV. Every sheet is a page."""

import csv
import datetime
import io
import re
from pathlib import Path

from ..errors import KnowledgeError
from .blocks import Extraction, Page
from .tables import MAX_CELLS, refuse_size, sheet_blocks, table_blocks
from .text import decode

MAX_COLUMNS = 2000
DELIMITERS = ",;\t|"
# More empty rows than this end a sheet: some files claim a million of them.
MAX_EMPTY_ROWS = 20_000


def extract(path) -> Extraction:
    """The text of an Excel workbook."""
    import openpyxl

    # Opened here: by a path, openpyxl refuses a stored file that has lost its ending.
    with open(path, "rb") as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        pages, budget = [], MAX_CELLS
        for sheet in book.worksheets:
            # Many programs write a wrong size into the file.
            sheet.reset_dimensions()
            rows, used = _rows(sheet, budget)
            budget -= used
            pages.append(Page(len(pages) + 1, sheet_blocks(sheet.title, rows)))
        title = (book.properties.title or "").strip()
        book.close()
    return Extraction(pages, title)


def _rows(sheet, budget: int) -> tuple[list[list[str]], int]:
    rows: list[list[str]] = []
    used = empty = 0
    for cells in sheet.iter_rows(max_col=MAX_COLUMNS):
        row = [_value(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        used += len(row)
        if used > budget:
            refuse_size()
        empty = 0 if row else empty + 1
        if empty > MAX_EMPTY_ROWS:
            break
        rows.append(row)
    return rows, used


def _value(cell) -> str:
    """A cell as a reader sees it, near enough."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, float):
        if "%" in (cell.number_format or ""):
            return f"{value * 100:.10g}%"
        return f"{value:.15g}"
    if isinstance(value, int) and "%" in (cell.number_format or ""):
        return f"{value * 100}%"
    return " ".join(str(value).split())


def extract_csv(path) -> Extraction:
    """The text of a file of values that commas, semicolons, tabs or bars part."""
    text = decode(Path(path).read_bytes())
    csv.field_size_limit(1_000_000)
    rows, cells = [], 0
    try:
        for row in csv.reader(io.StringIO(text), delimiter=_delimiter(text), skipinitialspace=True):
            cells += len(row)
            if cells > MAX_CELLS:
                refuse_size()
            rows.append([" ".join(cell.split()) for cell in row])
    except csv.Error as error:
        raise KnowledgeError(
            "The table is damaged: a field in it never ends. Save it anew as CSV."
        ) from error
    return Extraction([Page(1, table_blocks(rows))])


def _delimiter(text: str) -> str:
    """The delimiter that stands equally often on most of the first lines."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.splitlines()[:50] if line.strip()]

    def score(mark: str) -> tuple[float, int]:
        counts = [line.count(mark) for line in lines]
        most = max(set(counts), key=counts.count) if counts else 0
        return (counts.count(most) if most else 0), most

    return max(DELIMITERS, key=score)
