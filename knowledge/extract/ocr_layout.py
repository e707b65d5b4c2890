"""Lines that OCR has read to paragraphs, list items and table rows."""

import re
from dataclasses import replace
from statistics import median

from .blocks import Block, Span
from .tables import looks_like_header

# A line that begins a list item.
ITEM = re.compile(r"^(?:[-•*·–]\s?|[(\[]?\w{1,3}[.)\]]\s)\w")
# A line within a paragraph is at least this part of a full line.
FULL = 0.7
# In line heights: lines nearer than this may belong to one column of text.
NEAR = 8


def paragraphs(lines: list, size: tuple[int, int], number: int) -> list[Block]:
    """The blocks of lines, each a box in pixels and its text, of a picture of this size."""
    if not lines:
        return []
    rows = _mended(_rows(lines))
    height = median(box[3] - box[1] for box, _ in lines)
    boxes = [row[0][0] for row in rows if len(row) == 1]
    groups: list[list[list]] = []
    for row in rows:
        last = groups[-1][-1] if groups and not ITEM.match(row[0][1]) else None
        # Pieces far apart on one row are cells or columns: such a row stands for itself.
        if last and len(row) == len(last) == 1 and _goes_on(last[0][0], row[0][0], height, boxes):
            groups[-1].append(row)
        else:
            groups.append([row])
    return _headed([_block(group, size, number) for group in groups])


def _rows(lines: list) -> list[list]:
    """Lines side by side gathered into rows, from top to bottom."""
    rows: list[list] = []
    for line in sorted(lines, key=lambda each: (each[0][1] + each[0][3]) / 2):
        box = line[0]
        last = rows[-1][0][0] if rows else None
        middle = (box[1] + box[3]) / 2
        if (
            last
            and last[1] < middle < last[3]
            and abs(middle - (last[1] + last[3]) / 2) < 0.5 * (box[3] - box[1])
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda each: each[0][0])
    return rows


def _mended(rows: list[list]) -> list[list]:
    """Table rows whose first cell takes several lines, with these lines put before the others."""
    wide = max(rows, key=len)
    if len(wide) < 3 or sum(len(row) == len(wide) for row in rows) < 2:
        return rows
    edge = wide[1][0][0] - 5
    mended: list[list] = []
    for row in rows:
        last = mended[-1] if mended else None
        touching = last and row[0][0][1] < max(box[3] for box, _ in last)
        labels = last and all(box[2] < edge for box, _ in last)
        if touching and labels and row[0][0][0] > edge and len(row) == len(wide) - 1:
            mended[-1] = [*last, *row]
        elif touching and len(row) == 1 and row[0][0][2] < edge and len(last) >= len(wide):
            mended[-1] = [_under(last[0], row[0]), *last[1:]]
        else:
            mended.append(row)
    return mended


def _under(one: tuple, two: tuple) -> tuple:
    a, b = one[0], two[0]
    box = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    return box, f"{one[1]} {two[1]}"


def _headed(blocks: list[Block]) -> list[Block]:
    """The blocks, table rows with the header that their table's first row is."""
    headed: list[Block] = []
    head = ""
    for index, block in enumerate(blocks):
        if block.kind != "table_row":
            head = ""
        elif head:
            block = replace(block, header=head)
        elif index + 1 < len(blocks) and blocks[index + 1].kind == "table_row":
            below = [one.text.split(" | ") for one in blocks[index + 1 :]]
            head = block.text if looks_like_header(block.text.split(" | "), below) else ""
        headed.append(block)
    return headed


def _goes_on(above: tuple, below: tuple, height: float, boxes: list) -> bool:
    # A line that ends early ends its paragraph, as a heading does.
    if above[2] < above[0] + FULL * (_reach(above, height, boxes) - above[0]):
        return False
    gap = below[1] - above[3]
    tall, small = max(above[3] - above[1], below[3] - below[1]), height
    aligned = abs(above[0] - below[0]) < 3 * height
    return gap < 0.7 * height and aligned and tall < 1.5 * small


def _reach(box: tuple, height: float, boxes: list) -> float:
    """How far to the right the lines of a line's column reach, leaving out the very longest."""
    rights = sorted(
        other[2]
        for other in boxes
        if abs(other[0] - box[0]) < 3 * height and abs(other[1] - box[1]) < NEAR * height
    )
    return rights[int(0.9 * (len(rights) - 1))]


def _block(group: list[list], size: tuple[int, int], number: int) -> Block:
    table = len(group) == 1 and len(group[0]) > 1
    glue = " | " if table and len(group[0]) > 2 else " "
    text, spans = "", []
    for line in (line for row in group for line in row):
        (left, top, right, bottom), words = line
        if text.endswith("-") and words[0].islower() and not table:
            text = text[:-1]
        elif text:
            text += glue
        start = len(text)
        text += words
        box = (left / size[0], top / size[1], right / size[0], bottom / size[1])
        spans.append(Span(start, len(text), number, *(min(max(v, 0.0), 1.0) for v in box)))
    return Block("table_row" if glue == " | " else "paragraph", text, spans=tuple(spans))
