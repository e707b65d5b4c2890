"""The text of a passage as headings, paragraphs, lists and tables, with a quote marked in it."""

import re
from dataclasses import dataclass, field

CELLS = " | "
DIGIT = re.compile(r"\d")
LINE = re.compile(r"[^\n]*[^\s][^\n]*")
BULLET = re.compile(r"[-–•▪◦*]\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters, quoted or not. `first` is true of the one where the quote begins."""

    text: str
    quoted: bool = False
    first: bool = False


@dataclass(slots=True)
class TextBlock:
    """`kind` is "heading", "paragraph", "list" or "table".

    `rows` holds one row a line, and a row one cell, or a table row's cells, each cut into pieces.
    """

    kind: str
    rows: list[list[list[Piece]]] = field(default_factory=list)

    @property
    def header(self) -> list[list[Piece]] | None:
        """A table's first row, where it names the columns: others follow, and it has no figures."""
        named = len(self.rows) > 1 and not any(map(DIGIT.search, plain(self.rows[0])))
        return self.rows[0] if named else None

    @property
    def body(self) -> list[list[list[Piece]]]:
        return self.rows[1:] if self.header else self.rows


@dataclass(slots=True)
class Text:
    """A passage's text, and the characters of it that are a quote; `begun` when some were given."""

    text: str
    quote: tuple[int, int]
    begun: bool = False

    def pieces(self, start: int, end: int) -> list[Piece]:
        """Characters `start` to `end`, cut where the quote begins and ends."""
        first, last = max(start, self.quote[0]), min(end, self.quote[1])
        if first >= last:
            return [Piece(self.text[start:end])]
        cut = [
            Piece(self.text[start:first]),
            Piece(self.text[first:last], True, not self.begun),
            Piece(self.text[last:end]),
        ]
        self.begun = True
        return [piece for piece in cut if piece.text]

    def cells(self, start: int, end: int) -> list[list[Piece]]:
        found = []
        for cell in self.text[start:end].split(CELLS):
            found.append(self.pieces(start, start + len(cell)))
            start += len(cell) + len(CELLS)
        return found


def blocks_of(passage, quote=(0, 0), part=None, after=()) -> list[TextBlock]:
    """The blocks of `passage` behind those of `after`, whose last list or table may go on here.

    Characters `quote` of its text are quoted, and the lines that touch characters `part` shown. A
    line that is part of no sentence of the passage is a heading, or repeats the header of the
    table that goes on there.
    """
    text, blocks = Text(passage.text, quote), list(after)
    answering = list(zip(passage.sentences[::2], passage.sentences[1::2], strict=False))
    begin, stop = part or (0, len(passage.text))
    for first, last in lines_of(passage.text):
        if first < stop and last > begin:
            said = not answering or any(a < last and b > first for a, b in answering)
            add(blocks, text, first, last, said)
    return blocks


def lines_of(text: str) -> list[tuple[int, int]]:
    """Where each line that is not empty begins and ends."""
    return [match.span() for match in LINE.finditer(text)]


def add(blocks: list[TextBlock], text: Text, first: int, last: int, said: bool):
    """Puts a line into the block under way, or begins the next."""
    line = text.text[first:last]
    kind = kind_of(line, said)
    if kind == "table":
        add_row(blocks, text.cells(first, last), said)
    elif kind == "list":
        first += BULLET.match(line).end()
        extend(blocks, kind, [text.pieces(first, last)])
    else:
        blocks.append(TextBlock(kind, [[text.pieces(first, last)]]))


def kind_of(line: str, said: bool) -> str:
    if CELLS in line:
        return "table"
    if not said:
        return "heading"
    return "list" if BULLET.match(line) else "paragraph"


def add_row(blocks: list[TextBlock], cells: list[list[Piece]], said: bool):
    """A row joins its table; a header that is there only to be read again is left out."""
    again = blocks and blocks[-1].kind == "table" and plain(blocks[-1].rows[0]) == plain(cells)
    if said or quoted(cells):
        extend(blocks, "table", cells)
    elif not again:
        blocks.append(TextBlock("table", [cells]))


def extend(blocks: list[TextBlock], kind: str, row: list[list[Piece]]):
    if not blocks or blocks[-1].kind != kind:
        blocks.append(TextBlock(kind))
    blocks[-1].rows.append(row)


def plain(cells: list[list[Piece]]) -> list[str]:
    """The text of each cell, without what is marked in it."""
    return ["".join(piece.text for piece in cell) for cell in cells]


def quoted(cells: list[list[Piece]]) -> bool:
    return any(piece.quoted for cell in cells for piece in cell)
