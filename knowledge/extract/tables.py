"""Tables whose cells are known already, as in office files and web pages."""

import re

from ..errors import KnowledgeError
from .blocks import Block

MAX_HEADER = 400
# A workbook with more is data, not a document.
MAX_CELLS = 2_000_000
# Of a header's characters at most this share are digits: more is a row of figures.
MAX_DIGITS = 0.25
FIGURE = re.compile(r"^\W*(?:[A-Z]{2,3}\s)?\W*\d")
# A merged cell no longer than this is written in each of the rows over which it stands.
MAX_REPEATED = 80


def table_blocks(rows: list[list[str]], header: bool | None = None) -> list[Block]:
    """A block for each row. `header` says whether the first row is one; None has it judged."""
    rows = [[" ".join(cell.split()) for cell in row] for row in rows]
    rows = [row for row in rows if any(row)]
    if not rows:
        return []
    start = _header_at(rows, header)
    text = join_cells(rows[start]) if start is not None else ""
    blocks = []
    for index, row in enumerate(rows):
        below = start is not None and index > start
        blocks.append(Block("table_row", join_cells(row), header=text if below else ""))
    return blocks


def refuse_size() -> None:
    """Refuses a spreadsheet that has more than MAX_CELLS."""
    raise KnowledgeError(
        f"The spreadsheet has more than {MAX_CELLS:,} filled cells. Split it into several files."
    )


def sheet_blocks(title: str, rows: list[list[str]]) -> list[Block]:
    """A sheet's name and its tables, which empty rows part; a lone cell is a paragraph."""
    blocks: list[Block] = []
    table: list[list[str]] = []
    for row in [*rows, []]:
        filled = sum(map(bool, row))
        if filled > 1 or (filled and table and len(table[-1]) > 1 and row[0]):
            table.append(row)
            continue
        blocks += _used_columns(table)
        table = []
        if filled:
            blocks.append(Block("paragraph", next(cell for cell in row if cell)))
    return [Block("heading", title, 1), *blocks] if blocks else []


def _used_columns(rows: list[list[str]]) -> list[Block]:
    # A table need not begin in the first column, and may have empty ones for their looks.
    used = sorted({i for row in rows for i, cell in enumerate(row) if cell})
    return table_blocks([[row[i] if i < len(row) else "" for i in used] for row in rows])


def join_cells(row: list[str]) -> str:
    """The cells of a row; an empty one keeps its place, so that columns stay countable."""
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return re.sub(r"\|\s+(?=\|)", "| ", " | ".join(row[:end])).strip()


def _header_at(rows: list[list[str]], header: bool | None) -> int | None:
    if header is False or len(rows) < 2:
        return None
    # A title over the whole width may stand above the header.
    first = next((i for i, row in enumerate(rows[:3]) if sum(map(bool, row)) > 1), None)
    if first is None or first + 1 >= len(rows) or len(join_cells(rows[first])) > MAX_HEADER:
        return None
    if header or looks_like_header(rows[first], rows[first + 1 :]):
        return first
    return None


def looks_like_header(row: list[str], below: list[list[str]]) -> bool:
    """Whether a row names columns: words in every place, over at least one row that is as wide."""
    widest = max(sum(map(bool, other)) for other in below[:50])
    filled = [cell for cell in row if cell]
    text = "".join(filled)
    digits = sum(c.isdigit() for c in text)
    if len(filled) < 2 or len(filled) < widest - 1 or digits > MAX_DIGITS * len(text):
        return False
    if any(is_number(cell) for cell in filled):
        return False
    return len(filled) > 2 or any(is_number(cell) for other in below[:50] for cell in other)


def is_number(cell: str) -> bool:
    """Whether a cell holds a figure, an amount or a date and no words."""
    return bool(FIGURE.match(cell)) and sum(c.isalpha() for c in cell) <= 3
