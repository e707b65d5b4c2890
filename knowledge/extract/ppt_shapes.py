"""The text in the shapes of a PPT slide: titles, points, boxes and tables.

Records, their headers and the texts: [MS-PPT] 2.3.1 and 2.9; shapes and groups: [MS-ODRAW] 2.2.
"""

import struct
from dataclasses import dataclass

from .blocks import Block
from .tables import table_blocks

CONTAINER = 0xF
TEXT_HEADER, TEXT_WIDE, TEXT_NARROW, TEXT_STYLE = 0x0F9F, 0x0FA0, 0x0FA8, 0x0FA1
OUTLINE_TEXT = 0x0F9E
TEXT_BOX, GROUP, SHAPE, PLACE, TABLE_MARK = 0xF00D, 0xF003, 0xF004, 0xF00F, 0xF122
TABLE_PROPERTY = 0x039F
TITLE, BODY, NOTES, CENTER_BODY, CENTER_TITLE, HALF_BODY, QUARTER_BODY = 0, 1, 2, 5, 6, 7, 8
TITLES = (TITLE, CENTER_TITLE)
POINTS = (BODY, HALF_BODY, QUARTER_BODY)
MAX_DEPTH = 40
# Cells whose edges lie nearer than this, in 1/576 inch, stand in one row.
NEAR = 8


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its version, its instance, its kind and its bytes."""

    version: int
    instance: int
    kind: int
    data: bytes

    def inside(self) -> list["Record"]:
        """The records that a container holds."""
        return list(records(self.data)) if self.version == CONTAINER else []


def records(data: bytes, start: int = 0, end: int | None = None):
    """The records from `start` on; one that is cut short is the last."""
    at, end = start, len(data) if end is None else end
    while at + 8 <= end:
        head, kind, size = struct.unpack_from("<HHI", data, at)
        yield Record(head & 0xF, head >> 4, kind, data[at + 8 : min(at + 8 + size, end)])
        at += 8 + size


def text_runs(atoms: list[Record]) -> list[tuple[int, str]]:
    """The texts with what they are: a title, points, notes or other."""
    found: list[tuple[int, str]] = []
    kind = 4
    for atom in atoms:
        if atom.kind == TEXT_HEADER and len(atom.data) >= 4:
            kind = struct.unpack_from("<I", atom.data)[0]
        elif atom.kind == TEXT_WIDE:
            found.append((kind, atom.data.decode("utf-16-le", errors="replace")))
        elif atom.kind == TEXT_NARROW:
            # The low bytes of UTF-16, which are Latin-1.
            found.append((kind, atom.data.decode("latin-1")))
    return found


def shape_blocks(
    inside: list[Record], outline: list[tuple[int, str]], notes: bool = False, depth: int = 0
) -> list[Block]:
    """The blocks of all shapes; `notes` takes speaker's notes alone."""
    blocks: list[Block] = []
    for each in inside:
        if each.kind == TEXT_BOX:
            blocks += _box(each, outline, notes)
        elif each.kind == GROUP and depth < MAX_DEPTH and _is_table(each):
            blocks += table_blocks(_rows(each))
        elif each.version == CONTAINER and depth < MAX_DEPTH:
            blocks += shape_blocks(each.inside(), outline, notes, depth + 1)
    return blocks


def _box(box: Record, outline: list[tuple[int, str]], notes: bool) -> list[Block]:
    atoms = list(records(box.data))
    runs = text_runs(atoms)
    for atom in atoms:
        # Titles and points are kept in the list of slides; the shape says which one it shows.
        if atom.kind == OUTLINE_TEXT and len(atom.data) >= 4:
            index = struct.unpack_from("<I", atom.data)[0]
            runs += outline[index : index + 1]
    return [
        block
        for kind, text in runs
        if not notes or kind == NOTES
        for block in _text_blocks(kind, text)
    ]


def _text_blocks(kind: int, text: str) -> list[Block]:
    """The paragraphs of a text. A star alone stands for the slide's number or the date."""
    if kind in TITLES:
        title = " ".join(text.split())
        return [Block("heading", title, 1)] if title and title != "*" else []
    lines = [" ".join(line.split()) for line in text.replace("\x0b", " ").split("\r")]
    lines = [line for line in lines if line and line != "*"]
    if kind in POINTS and len(lines) > 1:
        return [Block("list_item", f"- {line}") for line in lines]
    return [Block("paragraph", line) for line in lines]


def _is_table(group: Record) -> bool:
    """Whether a group says of itself that it is a table ([MS-ODRAW] 2.3.4.36)."""
    first = next((each for each in group.inside() if each.kind == SHAPE), None)
    for each in first.inside() if first else ():
        if each.kind == TABLE_MARK:
            count = min(each.instance, len(each.data) // 6)
            for index in range(count):
                number, value = struct.unpack_from("<HI", each.data, 6 * index)
                if number & 0x3FFF == TABLE_PROPERTY and value & 1:
                    return True
    return False


def _rows(group: Record) -> list[list[str]]:
    """The cells' texts, in rows and columns by where their edges lie."""
    cells = []
    for shape in group.inside():
        parts = {each.kind: each for each in shape.inside()}
        if PLACE in parts and TEXT_BOX in parts and len(parts[PLACE].data) >= 16:
            left, top = struct.unpack_from("<2i", parts[PLACE].data)
            text = " ".join(block.text for block in _box(parts[TEXT_BOX], [], False))
            cells.append((top, left, text))
    tops, lefts = _edges([cell[0] for cell in cells]), _edges([cell[1] for cell in cells])
    rows = [[""] * len(set(lefts.values())) for _ in range(len(set(tops.values())))]
    for top, left, text in cells:
        rows[tops[top]][lefts[left]] = text
    return rows


def _edges(values: list[int]) -> dict[int, int]:
    """The number of the row, or of the column, that begins at each edge."""
    found: dict[int, int] = {}
    number, last = -1, None
    for value in sorted(set(values)):
        if last is None or value - last > NEAR:
            number += 1
        found[value] = number
        last = value
    return found
