"""Two versions side by side: a row for each line before and now, a table's line cut into cells."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from knowledge.comparing import Hunk, Line
from knowledge.passage_text import CELLS


@dataclass(frozen=True, slots=True)
class Row:
    """A line before and now, each as cells of parts; None where there is none.

    `kind` is a hunk's; `hidden` counts the lines that are left out here.
    """

    kind: str
    old: list[Line] | None = None
    new: list[Line] | None = None
    hidden: int = 0


def rows(hunks: list[Hunk]) -> Iterator[Row]:
    """The rows of a page that shows hunks."""
    for hunk in hunks:
        if hunk.hidden:
            yield Row("same", hidden=hunk.hidden)
        for old, new in zip_longest(hunk.old, hunk.new):
            yield Row(hunk.kind, old and cells(old), new and cells(new))


def cells(line: Line) -> list[Line]:
    """A line's cells; one cell, where it is no row of a table."""
    found: list[Line] = [[]]
    for part in line:
        first, *others = part.text.split(CELLS)
        found[-1] += [replace(part, text=first)] if first else []
        found += [[replace(part, text=text)] if text else [] for text in others]
    return found
