"""Word files of Word 97 to 2003 (DOC): the text by its pieces, with the looks of its paragraphs.

The layout is that of [MS-DOC]: the FIB (2.5), the pieces (2.9.38 and 2.9.177) and the PlcPcd.
"""

import struct
from pathlib import Path

from ..errors import KnowledgeError
from .blocks import Block, Extraction, Page
from .doc_looks import Looks
from .ole import opened, stream, title_of
from .tables import table_blocks
from .zipped import DAMAGED, PASSWORD

WORD_97 = 0x00C1
ENCRYPTED, SECOND_TABLE = 0x0100, 0x0200
TOO_OLD = "The file is of a Word older than Word 97, which can't be read. Open it in Word, save it \
as .docx and upload that."
COUNTS_AT = 76
CLX_AT = 418
# The parts of a document follow each other in one run of characters, in this order.
PARTS = ("main", "footnotes", "headers", "macros", "comments", "endnotes", "boxes", "header boxes")
READ = ("main", "footnotes", "endnotes", "boxes")
FIELD_BEGIN, FIELD_SEPARATOR, FIELD_END = "\x13", "\x14", "\x15"
CELL = "\x07"
WRITTEN = {"\x0b": " ", "\t": " ", "\x1e": "-", "\x0e": " "}
UNWRITTEN = set("\x00\x01\x02\x03\x04\x05\x06\x08\x1f\ufffc")


def extract(path) -> Extraction:
    """The text of a DOC file with its footnotes and text boxes, without headers and comments."""
    with opened(Path(path)) as file:
        data = stream(file, "WordDocument")
        mark, version = struct.unpack_from("<HH", data)
        flags = struct.unpack_from("<H", data, 10)[0]
        if mark != 0xA5EC or version < WORD_97:
            raise KnowledgeError(TOO_OLD)
        if flags & ENCRYPTED:
            raise KnowledgeError(PASSWORD)
        table = stream(file, "1Table" if flags & SECOND_TABLE else "0Table")
        title = title_of(file)
    reader = _Reader(Looks(data, table))
    for pieces in _parts(data, table):
        reader.read(pieces)
    return Extraction([Page(1, reader.blocks)], title)


def _parts(data: bytes, table: bytes) -> list[list[tuple[str, int]]]:
    """The characters of each part that is read, with their places in the file."""
    characters = _characters(data, table)
    counts = struct.unpack_from("<8i", data, COUNTS_AT)
    parts, start = [], 0
    for name, count in zip(PARTS, counts, strict=True):
        if count < 0:
            raise KnowledgeError(DAMAGED)
        if name in READ and count:
            parts.append(characters[start : start + count])
        start += count
    return parts


def _characters(data: bytes, table: bytes) -> list[tuple[str, int]]:
    """Every character of the document in its order, with its place in the file."""
    places = _piece_table(data, table)
    count = (len(places) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", places)
    found: list[tuple[str, int]] = []
    for index in range(count):
        length = ends[index + 1] - ends[index]
        place = struct.unpack_from("<I", places, 4 * (count + 1) + 8 * index + 2)[0]
        # Bit 30 marks a piece of one byte a character, whose place is then doubled.
        narrow, place = bool(place & 0x40000000), place & 0x3FFFFFFF
        start, width = (place // 2, 1) if narrow else (place, 2)
        if length < 0 or start > len(data):
            raise KnowledgeError(DAMAGED)
        raw = data[start : start + length * width]
        text = raw.decode("cp1252" if narrow else "utf-16-le", errors="replace")
        if not narrow and len(text) * 2 != len(raw):
            text = "".join(
                chr(unit) for unit in struct.unpack(f"<{len(raw) // 2}H", raw[: len(raw) & ~1])
            )
        found += [(each, start + at * width) for at, each in enumerate(text)]
    return found


def _piece_table(data: bytes, table: bytes) -> bytes:
    """The table of pieces, behind the changes of format that a quick save may have left."""
    start, size = struct.unpack_from("<II", data, CLX_AT)
    at, end = start, min(start + size, len(table))
    while at + 5 <= end and table[at] == 1:
        at += 3 + struct.unpack_from("<H", table, at + 1)[0]
    if at + 5 > end or table[at] != 2:
        raise KnowledgeError(DAMAGED)
    length = struct.unpack_from("<I", table, at + 1)[0]
    return table[at + 5 : at + 5 + length]


class _Reader:
    """Turns characters into blocks."""

    def __init__(self, looks: Looks):
        self.looks = looks
        self.blocks: list[Block] = []
        self.parts: list[str] = []
        self.cells: list[str] = []
        self.rows: list[list[str]] = []
        self.fields: list[bool] = []

    def read(self, characters: list[tuple[str, int]]) -> None:
        """One part of the document."""
        self.fields = []
        for letter, place in characters:
            if letter == FIELD_BEGIN:
                self.fields.append(True)
            elif letter == FIELD_SEPARATOR and self.fields:
                self.fields[-1] = False
            elif letter == FIELD_END and self.fields:
                self.fields.pop()
            elif letter in ("\r", "\x0c", CELL):
                self._end(letter, place)
            elif not any(self.fields) and letter not in UNWRITTEN and self.looks.shown(place):
                self.parts.append(WRITTEN.get(letter, letter))
        self._end("\r", -1)
        self._flush_table()

    def _end(self, mark: str, place: int) -> None:
        """Ends a paragraph, a cell or a row."""
        look = self.looks.at(place)
        if mark == CELL and look.row_end:
            self.rows.append(self.cells)
            self.cells = []
        elif mark == CELL:
            self.cells.append(self._taken())
        elif look.in_table and mark == "\r":
            self.parts.append(" ")
        else:
            self._flush_table()
            self._paragraph(look)

    def _paragraph(self, look) -> None:
        text = self._taken()
        if text and look.level:
            self.blocks.append(Block("heading", text, look.level))
        elif text and look.listed:
            self.blocks.append(Block("list_item", f"- {text}", look.depth))
        elif text:
            self.blocks.append(Block("paragraph", text))

    def _taken(self) -> str:
        # Halves of a character beyond the first 65,536 come one by one.
        text = (
            "".join(self.parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        )
        self.parts = []
        return " ".join(text.split())

    def _flush_table(self) -> None:
        rows = [*self.rows, self.cells] if self.cells else self.rows
        self.blocks += table_blocks(rows)
        self.rows, self.cells = [], []
