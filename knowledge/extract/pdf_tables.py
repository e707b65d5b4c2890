"""Tables of a PDF page: by their ruled lines, and where there are none by their columns."""

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter

from .pdf_lines import MARKER, WIDE, Line, pieces, rows_of
from .pdf_rules import Grid, Rule
from .pdf_words import Word

# A cell longer than this is prose in a frame, and the frame no table.
MAX_CELL = 1500
# Cells shorter than this on average are no prose.
MEAN_SHORT = 18


@dataclass(slots=True)
class Row:
    """One row: the lines of each cell by column."""

    cells: dict[int, list[Line]]
    bold: bool = False


@dataclass(slots=True)
class Table:
    """Rows from top to bottom, and where the table stands in layout points."""

    rows: list[Row]
    edges: list[float]
    top: float = 0.0
    bottom: float = 0.0
    words: set[int] = field(default_factory=set)
    header: str = ""

    @property
    def columns(self) -> int:
        return len(self.edges) - 1


def ruled_tables(grids: list[Grid], words: list[Word]) -> list[Table]:
    """The tables whose cells rules part."""
    tables, taken = [], set()
    for grid in grids:
        table = _fill(grid, words, taken)
        if table:
            taken |= table.words
            tables.append(table)
    return tables


class _Homes(dict):
    """By row and column, the first of the places that a merged cell takes up."""

    def __init__(self, grid: Grid):
        self.xs, self.ys = grid.xs, grid.ys
        self.walls = [_at(x, grid.down) for x in grid.xs]
        self.floors = [_at(y, grid.across) for y in grid.ys]

    def __missing__(self, key: tuple[int, int]) -> tuple[int, int]:
        row, column = key
        middle = (self.ys[row] + self.ys[row + 1]) / 2
        while column and not _ruled(self.walls[column], middle):
            column -= 1
        middle = (self.xs[column] + self.xs[column + 1]) / 2
        while row and not _ruled(self.floors[row], middle):
            row -= 1
        self[key] = (row, column)
        return self[key]


def _at(place: float, rules: list[Rule]) -> list[tuple[float, float]]:
    return [(start - 2, end + 2) for at, start, end in rules if abs(at - place) < 4]


def _ruled(reaches: list[tuple[float, float]], middle: float) -> bool:
    return any(start <= middle <= end for start, end in reaches)


def _fill(grid: Grid, words: list[Word], taken: set[int]) -> Table | None:
    xs, ys, homes = grid.xs, grid.ys, _Homes(grid)
    cells: dict[tuple[int, int], list[Word]] = {}
    inside = set()
    for index, word in enumerate(words):
        y = (word.top + word.bottom) / 2
        # Most words of a page stand above or below its tables.
        if not ys[0] <= y < ys[-1] or index in taken or not grid.holds(word):
            continue
        x = (word.left + word.right) / 2
        home = homes[bisect_right(ys, y) - 1, bisect_right(xs, x) - 1]
        cells.setdefault(home, []).append(word)
        inside.add(index)
    rows: dict[int, Row] = {}
    for (row, column), held in sorted(cells.items(), key=itemgetter(0)):
        entry = rows.setdefault(row, Row({}))
        entry.cells[column] = pieces(held)
    table = Table([rows[key] for key in sorted(rows)], xs, ys[0], ys[-1], inside)
    _judge_bold(table)
    return table if _is_table(table) else None


def _judge_bold(table: Table) -> None:
    for row in table.rows:
        row.bold = all(line.bold for lines in row.cells.values() for line in lines)


def _is_table(table: Table) -> bool:
    full = [row for row in table.rows if len(row.cells) >= 2]
    if len(full) < 2 or len(full) * 3 < len(table.rows):
        return False
    sizes = [sum(len(line.text) for line in c) for row in table.rows for c in row.cells.values()]
    return max(sizes) <= MAX_CELL


def open_tables(lines: list[Line]) -> list[tuple[Table, list[Line]]]:
    """Tables without rules: three rows or more whose cells stand in the same columns.

    Gives each with the lines that it takes up.
    """
    rows = rows_of([line for line in lines if line.upright])
    order = {id(line): index for index, line in enumerate(lines)}
    found, run = [], []
    for row in [*rows, None]:
        if row and _has_cells(row) and (not run or _follows(run, row)):
            run.append(row)
            continue
        # A row with a single piece may be the rest of a cell that wraps.
        if row and run and len(row) == 1 and _follows(run, row) and _wraps(run, row[0]):
            run.append(row)
            continue
        _close(run, found, order)
        run = [row] if row and _has_cells(row) else []
    return found


def _has_cells(row: list[Line]) -> bool:
    if len(row) < 2 or MARKER.match(row[0].text):
        return False
    return all(two.left - one.right >= WIDE * one.size * 0.9 for one, two in pairwise(row))


def _follows(run: list[list[Line]], row: list[Line]) -> bool:
    last = run[-1][0]
    return row[0].base - last.base <= 3.2 * max(last.size, row[0].size)


def _wraps(run: list[list[Line]], line: Line) -> bool:
    """Whether a lone piece lies under one cell; under the first, closer than a row would."""
    widest = max(run[-3:], key=len)
    gap = line.base - run[-1][0].base
    if len(widest) < 2 or gap > 1.6 * line.size:
        return False
    first, *others = (abs(cell.left - line.left) < 0.6 * line.size for cell in widest)
    if first and gap <= 1.35 * line.size:
        return line.right < widest[1].left
    return any(others)


def _close(run: list[list[Line]], found: list, order: dict[int, int]) -> None:
    while run and len(run[-1]) == 1:
        run.pop()
    full = [row for row in run if len(row) > 1]
    if len(full) < 3:
        return
    edges = _column_edges(run)
    if len(edges) < 3 or _is_prose(full, edges) or not _row_by_row(full, order):
        return
    table = Table([], edges, run[0][0].top, run[-1][0].bottom)
    for row in run:
        cells: dict[int, list[Line]] = {}
        for line in row:
            cells.setdefault(max(bisect_right(edges, line.left) - 1, 0), []).append(line)
        lone = len(row) == 1 or 0 not in cells
        if lone and table.rows and _tight(table.rows[-1], cells):
            for column, held in cells.items():
                table.rows[-1].cells.setdefault(column, []).extend(held)
        else:
            table.rows.append(Row(cells))
    if sum(len(row.cells) > 1 for row in table.rows) >= 3:
        _judge_bold(table)
        found.append((table, [line for row in run for line in row]))


def _tight(row: Row, cells: dict[int, list[Line]]) -> bool:
    """Whether cells go on right under a row, as the next line of wrapped text does."""
    last = max((line for held in row.cells.values() for line in held), key=lambda each: each.base)
    first = next(iter(cells.values()))[0]
    return len(cells) < len(row.cells) and first.base - last.base <= 1.5 * first.size


def _column_edges(run: list[list[Line]]) -> list[float]:
    """The left edges of the columns, parted where no row has anything, and the right end."""
    spans = sorted((line.left, line.right) for row in run for line in row)
    size = run[0][0].size
    edges, end = [spans[0][0]], spans[0][1]
    for left, right in spans:
        if left - end >= 0.7 * size:
            edges.append(left - 0.1)
        end = max(end, right)
    return [*edges, end]


def _row_by_row(rows: list[list[Line]], order: dict[int, int]) -> bool:
    """Whether the file writes the rows one by one, or the cells are too short to be prose.

    Headings at the side of running text stand in columns too, but are written for themselves.
    """
    joined = sum(
        all(order[id(two)] - order[id(one)] == 1 for one, two in pairwise(row)) for row in rows
    )
    lengths = [len(line.text) for row in rows for line in row]
    return 2 * joined >= len(rows) or sum(lengths) < MEAN_SHORT * len(lengths)


def _is_prose(rows: list[list[Line]], edges: list[float]) -> bool:
    """Whether the columns are those of running text: most pieces long and as wide as the column."""
    columns: dict[int, list[Line]] = {}
    for row in rows:
        for line in row:
            columns.setdefault(bisect_right(edges, line.left) - 1, []).append(line)
    filled = 0
    for lines in columns.values():
        width = max(line.right for line in lines) - min(line.left for line in lines)
        full = sum(line.right - line.left > 0.8 * width for line in lines)
        length = sum(len(line.text) for line in lines) / len(lines)
        filled += length > 25 and full >= 0.5 * len(lines)
    return filled >= 2
