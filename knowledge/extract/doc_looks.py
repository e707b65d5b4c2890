"""The looks of a DOC file's paragraphs and characters: headings, lists, table rows, hidden text.

Pages of 512 bytes (FKP) tell for places in the file what holds there: [MS-DOC] 2.8.5 and 2.8.6 for
where the pages are, 2.9.33 and 2.9.174 for what is in them, 2.6 for the properties (Sprm).
"""

import struct
from bisect import bisect_right
from dataclasses import dataclass

PAGE = 512
CHARACTERS_AT, PARAGRAPHS_AT = 250, 258
# The styles 1 to 9 are the built-in headings in every file.
HEADINGS = range(1, 10)
DELETED, HIDDEN = 0x0800, 0x083C
IN_TABLE, ROW_END, INNER_ROW_END = 0x2416, 0x2417, 0x244C
LIST, LIST_LEVEL, OUTLINE = 0x460B, 0x260A, 0x2640
TABLE_WIDTHS, TABS = 0xD608, 0xC615
# How many bytes a property's value takes, by the top three bits of its number; 6 says it itself.
SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}


@dataclass(frozen=True, slots=True)
class Look:
    """What holds for a paragraph."""

    level: int = 0
    listed: bool = False
    depth: int = 0
    in_table: bool = False
    row_end: bool = False


PLAIN = Look()


class Looks:
    """The looks by places in the file; a file whose looks are damaged has none."""

    def __init__(self, data: bytes, table: bytes):
        self._starts: list[int] = []
        self._looks: list[Look] = []
        self._gone: list[tuple[int, int]] = []
        for start, _, properties in _runs(data, table, PARAGRAPHS_AT, 13):
            self._starts.append(start)
            self._looks.append(_look(properties))
        for start, end, properties in _runs(data, table, CHARACTERS_AT, 1):
            found = dict(_properties(properties))
            if found.get(DELETED) == b"\1" or found.get(HIDDEN) == b"\1":
                self._gone.append((start, end))
        order = sorted(range(len(self._starts)), key=self._starts.__getitem__)
        self._looks = [self._looks[index] for index in order]
        self._starts = [self._starts[index] for index in order]
        self._gone.sort()
        self._gone_starts = [start for start, _ in self._gone]

    def at(self, place: int) -> Look:
        """The look of the paragraph at a place."""
        index = bisect_right(self._starts, place) - 1
        return self._looks[index] if index >= 0 else PLAIN

    def shown(self, place: int) -> bool:
        """Whether the character at a place is neither hidden nor deleted."""
        index = bisect_right(self._gone_starts, place) - 1
        return index < 0 or place >= self._gone[index][1]


def _runs(data: bytes, table: bytes, at: int, entry: int):
    """Start, end and properties of each run; `entry` is the size of a run's entry in its page."""
    start, size = struct.unpack_from("<II", data, at)
    plc = table[start : start + size]
    count = (len(plc) - 4) // 8
    for index in range(max(count, 0)):
        number = struct.unpack_from("<I", plc, 4 * (count + 1) + 4 * index)[0] & 0x3FFFFF
        page = data[number * PAGE : (number + 1) * PAGE]
        if len(page) == PAGE:
            yield from _page_runs(page, entry)


def _page_runs(page: bytes, entry: int):
    count = page[-1]
    if 4 * (count + 1) + entry * count >= PAGE:
        return
    places = struct.unpack_from(f"<{count + 1}I", page)
    for index in range(count):
        at = 2 * page[4 * (count + 1) + entry * index]
        if not at:
            yield places[index], places[index + 1], b""
            continue
        # A paragraph's properties are counted in words, with a word for its style before them.
        size, at = page[at], at + 1
        if entry > 1:
            size, at = (2 * size - 1, at) if size else (2 * page[min(at, PAGE - 1)], at + 1)
        yield places[index], places[index + 1], page[at : at + size]


def _look(properties: bytes) -> Look:
    if len(properties) < 2:
        return PLAIN
    style = struct.unpack_from("<H", properties)[0]
    found = dict(_properties(properties[2:]))
    outline = found.get(OUTLINE, b"\x09")[0]
    level = style if style in HEADINGS else outline + 1 if outline < 9 else 0
    return Look(
        level=level,
        listed=any(found.get(LIST, b"")),
        depth=found.get(LIST_LEVEL, b"\0")[0],
        in_table=found.get(IN_TABLE) == b"\1",
        row_end=b"\1" in (found.get(ROW_END), found.get(INNER_ROW_END)),
    )


def _properties(data: bytes):
    """Number and value of each property."""
    at = 0
    while at + 3 <= len(data):
        number = struct.unpack_from("<H", data, at)[0]
        at += 2
        size = SIZES.get(number >> 13)
        if number == TABLE_WIDTHS and at + 2 <= len(data):
            size = struct.unpack_from("<H", data, at)[0] + 1
        elif number == TABS and data[at] == 255:
            # Its length would have to be counted, and nothing of use follows it.
            return
        elif size is None:
            size = data[at] + 1
        yield number, data[at : at + size]
        at += size
