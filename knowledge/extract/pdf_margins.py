"""Running headers, footers and page numbers: lines that stand in the same place page after page."""

import re
from collections import Counter
from itertools import pairwise

from .pdf_lines import Line, pieces, rows_of
from .pdf_tables import ruled_tables
from .pdf_words import Word

# A running line stands in this part of the page at its top or bottom.
ZONE = 0.15
MIN_PAGES = 3
# In line heights: a table's next row is no farther below.
BELOW = 2.5
DIGITS = re.compile(r"\d+")


def without_running_lines(sheets: list) -> None:
    """Takes the words of running lines out of every sheet (see pdf.Sheet)."""
    found = [_candidates(sheet) for sheet in sheets]
    counts = Counter(key for lines in found for key in {key for key, _ in lines})
    filled = sum(1 for sheet in sheets if sheet.words) or 1
    running = {key for key, n in counts.items() if n >= MIN_PAGES and n > filled / 2}
    if not running:
        return
    kept = []
    for sheet, lines in zip(sheets, found, strict=True):
        drop = [line for key, line in lines if key in running]
        words = {id(word) for line in drop for word in line.words}
        words -= _table_words(sheet, drop, words)
        kept.append([word for word in sheet.words if id(word) not in words])
    # Where little else stands on the pages, these lines are the text and no frame round it.
    if sum(map(bool, kept)) > filled / 2:
        for sheet, words in zip(sheets, kept, strict=True):
            sheet.words = words


def _candidates(sheet) -> list[tuple[tuple, Line]]:
    height = sheet.frame.height
    upper, lower = ZONE * height, (1 - ZONE) * height
    edge = [word for word in sheet.words if word.bottom < upper or word.top > lower]
    return [(_key(line, height), line) for line in pieces(edge)]


def _key(line: Line, height: float) -> tuple:
    """The same for a line that repeats, whatever its page number."""
    place = round(line.base / height * 50)
    return DIGITS.sub("#", line.text.lower()), place


def _table_words(sheet, lines: list[Line], words: set[int]) -> set[int]:
    """Of these lines' words, the header of a table that goes on below it: it is no running line."""
    kept: set[int] = set()
    if not words:
        return kept
    if any(grid.holds(word) for grid in sheet.grids for line in lines for word in line.words):
        for table in ruled_tables(sheet.grids, sheet.words):
            held = {id(sheet.words[index]) for index in table.words}
            if held - words:
                kept |= held & words
    for row, below in _neighbours(_near(sheet.words, lines)):
        if _repeats(row, words) and not _repeats(below, words) and len(row) > 1 and len(below) > 1:
            kept |= {id(word) for line in row for word in line.words}
    return kept


def _near(words: list[Word], lines: list[Line]) -> list[Word]:
    """The words on the lines that stand side by side, and on what follows below these."""
    rows = [row for row in rows_of(lines) if len(row) > 1]
    spans = [(row[0].base - row[0].size, row[0].base + BELOW * row[0].size) for row in rows]
    if not spans:
        return []
    return [word for word in words if any(top <= word.base <= end for top, end in spans)]


def _neighbours(words: list[Word]):
    rows = rows_of([line for line in pieces(words) if line.upright])
    for row, below in pairwise(rows):
        if below[0].base - row[0].base <= BELOW * row[0].size:
            yield row, below


def _repeats(row: list[Line], words: set[int]) -> bool:
    return all(id(word) in words for line in row for word in line.words)
