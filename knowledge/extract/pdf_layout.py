"""Lines and tables of a PDF page to blocks in reading order."""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
from statistics import median

from .pdf_lines import BULLET_START, MARKER, NUMBER_START, Line, pieces
from .pdf_tables import Table, open_tables, ruled_tables

# A heading is larger than the body by this, or bold, and no longer than this.
LARGER = 1.14
CLAUSE = re.compile(r"^\d{1,3}(?:\.\d{1,3}){0,4}\.?$")
MAX_HEADING = 160
MAX_BOLD_HEADING = 110
MAX_LEVEL = 6
ENDINGS = (".", "!", "?", ":", ";")


@dataclass(slots=True)
class Group:
    """Lines of one paragraph, heading or list item."""

    lines: list[Line]
    kind: str = "paragraph"
    level: int = 0
    marker: str = ""


@dataclass(slots=True)
class Style:
    """What is usual in a document: its body's size and weight, and the sizes of its headings."""

    body: float = 10.0
    bold: bool = False
    sizes: list[float] = field(default_factory=list)

    def level(self, size: float) -> int:
        """The depth of a heading of this size."""
        above = sum(1 for each in self.sizes if each > size + 0.3)
        return min(above + 1, MAX_LEVEL)


def style_of(sheets: list) -> Style:
    """The body's size and weight, by the number of characters."""
    exact: dict[float, int] = {}
    strong = 0
    for sheet in sheets:
        for word in sheet.words:
            letters, size = len(word.text), word.size
            exact[size] = exact.get(size, 0) + letters
            if word.bold:
                strong += letters
    sizes: Counter = Counter()
    for size, letters in exact.items():
        sizes[round(size * 2) / 2] += letters
    style = Style()
    if sizes:
        style.body = sizes.most_common(1)[0][0]
        style.bold = strong > 0.6 * sizes.total()
    return style


def arrange(sheet, style: Style) -> list[Group | Table]:
    """The page's paragraphs and tables in reading order."""
    words = sheet.words
    tables = [(min(t.words), t) for t in ruled_tables(sheet.grids, words)]
    taken = set().union(*(table.words for _, table in tables))
    order = dict(zip(map(id, words), range(len(words)), strict=True))
    left = [word for index, word in enumerate(words) if index not in taken] if taken else words
    lines = pieces(left)
    for table, held in open_tables(lines):
        ids = {id(line) for line in held}
        lines = [line for line in lines if id(line) not in ids]
        tables.append((min(order[id(line.words[0])] for line in held), table))
    items = [(order[id(line.words[0])], line) for line in lines] + tables
    items.sort(key=itemgetter(0))
    return _grouped(_rejoined([item for _, item in items]), style)


def _rejoined(items: list) -> list:
    """Pieces of one visual line that are no table's cells, as one line again."""
    kept: list = []
    for item in items:
        last = kept[-1] if kept else None
        if isinstance(item, Line) and isinstance(last, Line) and _same_line(last, item):
            for word in item.words:
                last.add(word)
        else:
            kept.append(item)
    return kept


def _same_line(one: Line, two: Line) -> bool:
    if not (one.upright and two.upright) or abs(one.base - two.base) > 0.3 * one.size:
        return False
    gap = two.left - one.right
    if MARKER.match(one.text):
        return 0 <= gap < 8 * max(one.size, two.size)
    return -0.5 * one.size <= gap < 60 * one.size


class Ends:
    """Where full lines end, told by those that begin near a place; most begin at the same one."""

    def __init__(self, lines: list[Line]):
        self.sides = sorted([(line.right, line.left) for line in lines])
        self.known: dict[tuple[float, float], float] = {}

    def of(self, left: float, size: float) -> float:
        """The right end of full lines of this font size that begin there."""
        key = (left, size)
        if key not in self.known:
            near = 3 * size
            rights = [end for end, start in self.sides if abs(start - left) < near]
            full = (
                rights[int(len(rights) * 0.85)] if len(rights) > 2 else rights[-1] if rights else 0
            )
            self.known[key] = full
        return self.known[key]


def _grouped(items: list, style: Style) -> list[Group | Table]:
    lines = [item for item in items if isinstance(item, Line)]
    pitch, ends = _pitch(lines), Ends(lines)
    groups: list[Group | Table] = []
    for item in items:
        if not isinstance(item, Line):
            groups.append(item)
            continue
        last = groups[-1] if groups and isinstance(groups[-1], Group) else None
        marker = _marker(item, last)
        if last and not marker and not _parts(last, item, pitch, ends):
            last.lines.append(item)
            continue
        kind = "list_item" if marker else "paragraph"
        groups.append(Group([item], kind, 0, marker))
    _set_levels(groups)
    return groups


def _pitch(lines: list[Line]) -> float:
    """The usual distance of two lines' baselines, in multiples of the font size."""
    ratios = [
        (two.base - one.base) / one.size
        for one, two in pairwise(lines)
        if abs(one.size - two.size) < 0.6 and 0.8 < (two.base - one.base) / one.size < 2.6
    ]
    return median(ratios) if ratios else 1.2


def _marker(line: Line, last: Group | None) -> str:
    """The mark with which a list item begins: "-" for any bullet, or its number."""
    text = line.text
    bullet = BULLET_START.match(text)
    if bullet:
        rest = text[bullet.end() :]
        dash = bullet.group().strip() in "-–—*"
        open_end = last and not last.lines[-1].text.endswith(ENDINGS) and not last.marker
        if dash and open_end and rest[:1].islower():
            return ""
        return "-" if rest else ""
    if NUMBER_START.match(text) or _is_clause(line):
        return text.split(None, 1)[0]
    return ""


def _is_clause(line: Line) -> bool:
    """Whether a line begins with a number and a tab, as a contract's clauses do."""
    if len(line.words) < 2 or not CLAUSE.match(line.words[0].text):
        return False
    first, second = line.words[:2]
    return second.left - first.right > 0.9 * line.size and not second.text[0].isdigit()


def _parts(group: Group, line: Line, pitch: float, ends: Ends) -> bool:
    """Whether a line begins a new paragraph after the group."""
    last = group.lines[-1]
    if last.upright != line.upright or (not line.upright and last.words[-1].breaks):
        return True
    if not line.upright:
        return False
    size = max(last.size, line.size)
    step = line.base - last.base
    if abs(last.size - line.size) > 0.08 * size or step <= 0.3 * size:
        return True
    if step > max(1.22 * pitch, pitch + 0.25) * size:
        return True
    if last.bold != line.bold and not (last.words[-1].bold and line.words[0].bold):
        return True
    return _ended(group, last, line, ends)


def _ended(group: Group, last: Line, line: Line, ends: Ends) -> bool:
    """Whether the last line was ended on purpose, or the next is indented as a first line."""
    size = line.size
    first = group.lines[0]
    if group.marker and line.left < first.left - 0.5 * size:
        return True
    begins = not line.text[:1].islower()
    closed = last.text.endswith(ENDINGS)
    if not group.marker and begins and closed and line.left > last.left + 0.8 * size:
        return True
    if group.marker and closed and begins and line.left <= first.left + 0.3 * size:
        return True
    reach = ends.of(last.left, size)
    if group.marker and line.left > first.left + 0.8 * size:
        # Under its item's text a line goes on, unless the one before ends a sentence early.
        closed, begins = last.text.endswith((".", "!", "?")), False
    word = line.words[0]
    room = reach - last.right - (word.right - word.left)
    return room > 1.2 * size and (closed or begins)


def _set_levels(groups: list) -> None:
    """The depth of list items, by how far each list's items are indented."""
    lefts: list[float] = []
    for group in groups:
        if not isinstance(group, Group) or not group.marker:
            lefts = [] if not isinstance(group, Group) else lefts
            continue
        left, size = group.lines[0].left, group.lines[0].size
        lefts = [each for each in lefts if each < left - 0.6 * size]
        group.level = len(lefts)
        lefts.append(left)


def mark_headings(pages: list[list], style: Style) -> None:
    """Tells headings from paragraphs, and their depth by their size over the whole document."""
    headings = [
        group
        for groups in pages
        for group in groups
        if isinstance(group, Group) and _is_heading(group, style)
    ]
    sizes = Counter(group.lines[0].size for group in headings)
    for size in sorted(sizes, reverse=True):
        if not style.sizes or style.sizes[-1] - size > 0.6:
            style.sizes.append(size)
    for group in headings:
        group.kind, group.marker = "heading", ""
        group.level = style.level(group.lines[0].size)


def _is_heading(group: Group, style: Style) -> bool:
    first = group.lines[0]
    if len(group.lines) > 3 or not first.upright:
        return False
    if first.size < 0.92 * style.body:
        return False
    larger = first.size >= LARGER * style.body
    bold = not style.bold and all(line.bold for line in group.lines)
    # Which most paragraphs are not, and so their letters need not be looked at.
    if not larger and not bold and not (len(group.lines) == 1 and first.text.isupper()):
        return False
    text = " ".join(line.text for line in group.lines)
    letters = sum(map(str.isalpha, text))
    if letters < 2:
        return False
    if group.marker == "-" or text.endswith((",", ";")) or "…" in text or "....." in text:
        return False
    if text.endswith(".") and len(text) > 60:
        return False
    if larger:
        return len(text) <= MAX_HEADING
    if len(text) > MAX_BOLD_HEADING:
        return False
    if bold:
        return len(group.lines) <= 2 and not text[0].islower()
    return letters >= 6 and text[-1] != "."
