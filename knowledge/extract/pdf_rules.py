"""Ruled lines of a PDF page, gathered into the grids of its tables."""

import ctypes
from collections import Counter
from dataclasses import dataclass

import pypdfium2.raw as pdfium

from .pdf_objects import Address, Objects, bounds, of_kind, unchecked
from .pdf_words import Frame, Word

# A drawing of more objects than this is a picture, not a page of tables.
MAX_OBJECTS = 6000
MAX_SEGMENTS = 400
MAX_SHADES = 300
THIN = 4.0

Rule = tuple[float, float, float]

_draw_mode = unchecked(pdfium.FPDFPath_GetDrawMode, ctypes.c_int)
_count_segments = unchecked(pdfium.FPDFPath_CountSegments, ctypes.c_int)
_segment = unchecked(pdfium.FPDFPath_GetPathSegment, Address)
_point = unchecked(pdfium.FPDFPathSegment_GetPoint, ctypes.c_int)
_segment_kind = unchecked(pdfium.FPDFPathSegment_GetType, ctypes.c_int)


def rules_of(objects: Objects, frame: Frame) -> tuple[list[Rule], list[Rule]]:
    """The page's horizontal and vertical rules as (position, start, end), merged."""
    if len(objects) > MAX_OBJECTS:
        return [], []
    boxes, shades = _drawn(of_kind(pdfium.FPDF_PAGEOBJ_PATH, objects), frame)
    across: list[Rule] = []
    down: list[Rule] = []
    for box in boxes + _cell_shades(shades[:MAX_SHADES]):
        _sort_rule(box, across, down)
    return _merged(across), _merged(down)


def _drawn(paths: list[Address], frame: Frame) -> tuple[list[tuple], list[tuple]]:
    """The boxes of what is stroked or thin, and of filled areas without a border."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    modes = ctypes.byref(fill), ctypes.byref(stroke)
    boxes: list[tuple] = []
    shades: list[tuple] = []
    for path in paths:
        _draw_mode(path, *modes)
        if not fill.value and not stroke.value:
            continue
        count = _count_segments(path)
        if count > 5:
            boxes += _segment_boxes(path, count, frame) if count <= MAX_SEGMENTS else []
        elif box := bounds(path, frame):
            left, top, right, bottom = box
            is_rule = stroke.value or right - left < THIN or bottom - top < THIN
            (boxes if is_rule else shades).append(box)
    return boxes, shades


def _cell_shades(shades: list[tuple]) -> list[tuple]:
    """Of filled areas without a border those of cells: several side by side, in none larger.

    The others are shades behind a line of text or a whole page, and no rules.
    """
    largest = sorted(((_area(box), box) for box in shades), reverse=True)
    outer = [box for box in shades if not _is_held(box, largest)]
    level = Counter((round(box[1] / 2), round(box[3] / 2)) for box in outer)
    return [box for box in outer if level[round(box[1] / 2), round(box[3] / 2)] > 1]


def _area(box: tuple) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _is_held(inner: tuple, largest: list[tuple]) -> bool:
    """Whether an area lies within a larger one, of which the largest come first."""
    left, top, right, bottom = inner
    least = 1.02 * _area(inner)
    for area, outer in largest:
        if area <= least:
            return False
        if (
            outer[0] <= left + 1
            and outer[1] <= top + 1
            and outer[2] >= right - 1
            and outer[3] >= bottom - 1
        ):
            return True
    return False


def _segment_boxes(path: Address, count: int, frame: Frame):
    """Each straight stroke of a path that draws many, as a whole grid in one."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(ctypes.cast(path, pdfium.FPDF_PAGEOBJECT), matrix)
    a, b, c, d, e, f = (getattr(matrix, name) for name in "abcdef")
    x, y = ctypes.c_float(), ctypes.c_float()
    places = ctypes.byref(x), ctypes.byref(y)
    before = None
    for index in range(count):
        segment = _segment(path, index)
        _point(segment, *places)
        here = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if before and _segment_kind(segment) == pdfium.FPDF_SEGMENT_LINETO:
            box = frame.box(*before, *here)
            if box[2] - box[0] < 1 or box[3] - box[1] < 1:
                yield box
        before = here


def _sort_rule(box: tuple, across: list[Rule], down: list[Rule]) -> None:
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    if high < THIN and wide >= 4:
        across.append(((top + bottom) / 2, left, right))
    elif wide < THIN and high >= 4:
        down.append(((left + right) / 2, top, bottom))
    elif wide >= 12 and high >= 7:
        across += [(top, left, right), (bottom, left, right)]
        down += [(left, top, bottom), (right, top, bottom)]


def _merged(rules: list[Rule]) -> list[Rule]:
    """Rules on the same line that touch, as one."""
    merged: list[list[float]] = []
    # Snapped before sorting, so that pieces of one rule stand together.
    for at, start, end in sorted(rules, key=lambda rule: (round(rule[0] / 2), rule[1])):
        last = merged[-1] if merged else None
        if last and abs(last[0] - at) < 2.5 and start <= last[2] + 4:
            last[2] = max(last[2], end)
        else:
            merged.append([at, start, end])
    return [tuple(rule) for rule in merged if rule[2] - rule[1] >= 7]


def _positions(values: list[float]) -> list[float]:
    """Sorted positions, those that nearly coincide taken as one."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > THIN:
            kept.append(value)
    return kept


@dataclass(slots=True)
class Grid:
    """Rules that cross or touch each other, and where columns and rows begin and the last end."""

    across: list[Rule]
    down: list[Rule]
    xs: list[float]
    ys: list[float]

    def holds(self, word: Word) -> bool:
        """Whether the middle of a word stands within."""
        x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
        return self.xs[0] <= x < self.xs[-1] and self.ys[0] <= y < self.ys[-1]


def grids_of(across: list[Rule], down: list[Rule]) -> list[Grid]:
    """The grids of more than one column and row that these rules make."""
    grids = []
    for flat, steep in _crossing(across, down):
        xs = _positions([x for x, *_ in steep] + [e for r in flat for e in r[1:]])
        ys = _positions([y for y, *_ in flat] + [e for r in steep for e in r[1:]])
        if len(xs) > 2 and len(ys) > 2:
            grids.append(Grid(flat, steep, xs, ys))
    return grids


def _crossing(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    if len(across) * len(down) > 250_000:
        return []
    parent = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for i, (y, x0, x1) in enumerate(across):
        for j, (x, y0, y1) in enumerate(down):
            if x0 - 3 <= x <= x1 + 3 and y0 - 3 <= y <= y1 + 3:
                parent[root(i)] = root(len(across) + j)
    grids: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate(across):
        grids.setdefault(root(i), ([], []))[0].append(rule)
    for j, rule in enumerate(down):
        grids.setdefault(root(len(across) + j), ([], []))[1].append(rule)
    return [grid for grid in grids.values() if len(grid[0]) >= 2 and grid[1]]
