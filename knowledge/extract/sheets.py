"""Spreadsheets: XLSX, CSV and TSV. Every sheet is a page."""

import csv
import io
import re
from pathlib import Path

from ..errors import KnowledgeError
from .blocks import Block, Extraction, Page
from .cell_values import shown
from .charts import chart_blocks
from .office_comments import sheet_comments
from .office_pictures import UNREAD, Pictures
from .package import Package
from .tables import MAX_CELLS, MAX_REPEATED, refuse_size, sheet_blocks, table_blocks
from .text import decode
from .workbook import Tab, column_of, drawings, look_through, tabs_of, texts_of

MAX_COLUMNS = 2000
DELIMITERS = ",;\t|"
# More empty rows than this end a sheet: some files claim a million of them.
MAX_EMPTY_ROWS = 20_000
TELL_ROWS = 5000
REFERENCE = re.compile(
    r"^('(?:[^']|'')+'|[^'!]+)!\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$"
)
UNSOLVED = "{} formulas have no result stored in the file. Open it in Excel, save it and upload it \
again."


def extract(path, progress=None) -> Extraction:
    """The text of an Excel workbook with its charts, comments and pictures."""
    import openpyxl

    # Opened here: by a path, openpyxl refuses a stored file that has lost its ending.
    with open(path, "rb") as file, Package(path) as package:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        tabs, tell = tabs_of(package), _teller(progress)
        listed = {tab.name for tab in tabs}
        tabs += [Tab(sheet.title, "") for sheet in book.worksheets if sheet.title not in listed]
        sheets = _cells(book, tabs, package, tell)
        reader = _Reader(package, sheets, Pictures(tell))
        pages = [reader.page(number, tab) for number, tab in enumerate(tabs, start=1)]
        title = (book.properties.title or "").strip()
        book.close()
    return Extraction(pages, title)


def _teller(progress):
    """Tells that work goes on, of which there is no telling how much is left."""
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        if progress:
            progress(done, done + 1)

    return tell


def _cells(book, tabs: list[Tab], package: Package, tell) -> dict[str, list[list[str]]]:
    """The rows of each worksheet by its name."""
    found, budget = {}, MAX_CELLS
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    for tab in tabs:
        sheet = sheets.get(tab.name)
        if sheet is None:
            continue
        # Many programs write a wrong size into the file.
        sheet.reset_dimensions()
        rows, used = _rows(sheet, budget, tell)
        budget -= used
        look_through(package, tab)
        found[tab.name] = _with_merged(rows, tab)
    return found


def _with_merged(rows: list[list[str]], tab: Tab) -> list[list[str]]:
    """The rows, a label merged over several of them written in each."""
    for top, bottom, column in tab.merged:
        if top >= len(rows) or column >= len(rows[top]):
            continue
        value = rows[top][column]
        if not value or len(value) > MAX_REPEATED:
            continue
        for row in rows[top + 1 : bottom + 1]:
            # A row without any other cell is one line of a tall cell, and no row of a table.
            if any(row) and not (column < len(row) and row[column]):
                row += [""] * (column + 1 - len(row))
                row[column] = value
    return rows


class _Reader:
    """Makes a page of each tab of a workbook."""

    def __init__(self, package: Package, sheets: dict[str, list[list[str]]], pictures: Pictures):
        self.package = package
        self.sheets = sheets
        self.pictures = pictures

    def page(self, number: int, tab: Tab) -> Page:
        """A sheet's cells, then what lies over them."""
        charts, pictures = drawings(self.package, tab)
        blocks = sheet_blocks(tab.name, self.sheets.get(tab.name, []))[1:]
        blocks += [Block("paragraph", text) for text in texts_of(self.package, tab)]
        for chart in charts:
            blocks += chart_blocks(chart, self.cells)
        read = [block for picture in pictures for block in self.pictures.read(picture)]
        blocks += read + sheet_comments(self.package, tab.part)
        warning = UNSOLVED.format(tab.unsolved) if tab.unsolved else ""
        if pictures and not blocks:
            warning = UNREAD
        heading = [Block("heading", tab.name, 1)] if blocks and tab.name else []
        return Page(number, heading + blocks, warning=warning)

    def cells(self, reference: str) -> list[str]:
        """The values of the cells that a chart refers to, as in Sheet1!$B$2:$B$9."""
        match = REFERENCE.match(reference)
        if not match:
            return []
        name, left, top, right, bottom = match.groups()
        rows = self.sheets.get(name.strip("'").replace("''", "'"), [])
        first, last = column_of(left), column_of(right or left)
        wanted = rows[int(top) - 1 : int(bottom or top)]
        return [
            row[at] if at < len(row) else ""
            for row in wanted
            for at in range(first, min(last, MAX_COLUMNS) + 1)
        ]


def _rows(sheet, budget: int, tell) -> tuple[list[list[str]], int]:
    rows: list[list[str]] = []
    used = empty = 0
    for cells in sheet.iter_rows(max_col=MAX_COLUMNS):
        row = [shown(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        used += len(row)
        if used > budget:
            refuse_size()
        if len(rows) % TELL_ROWS == TELL_ROWS - 1:
            tell()
        empty = 0 if row else empty + 1
        if empty > MAX_EMPTY_ROWS:
            break
        rows.append(row)
    return rows, used


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
