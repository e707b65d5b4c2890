"""Words of a PDF page to lines, and text from lines."""

import re
from collections import Counter
from operator import attrgetter

from .blocks import Span
from .pdf_words import BULLETS, Frame, Word

# In multiples of the font size: a gap wider than this parts two pieces of a line.
WIDE = 1.3
MARKER = re.compile(
    rf"^(?:[{re.escape(BULLETS)}]|o|[(\[]?(?:\d{{1,3}}|[a-zA-Z]|[ivxIVX]{{1,5}})[.)\]]{{1,2}}|\d+(?:\.\d+)+\.?)$"
)
# A dash or a star opens a list item only before a space: a line of prose may begin with one too.
BULLET_START = re.compile(rf"^(?:[{re.escape(BULLETS[:-4])}]|[-–—*](?=\s)|o(?=\s+[A-Z]))\s*")
NUMBER_START = re.compile(r"^[(\[]?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)\]]{1,2}\s+\S")
LEADER_MARKS = ".…_·"
LEAST_LEADERS = 5
LEADERS = re.compile(rf"(?:\s*[{LEADER_MARKS}]){{{LEAST_LEADERS},}}\s*")


class Line:
    """Words on one baseline with no wide gap between them.

    Its text, size and weight are asked for often, and so kept until a word is added.
    """

    __slots__ = (
        "_bold",
        "_size",
        "_text",
        "base",
        "bottom",
        "left",
        "right",
        "top",
        "upright",
        "words",
    )

    def __init__(self, word: Word):
        self.words = [word]
        self.left, self.top, self.right, self.bottom = word.left, word.top, word.right, word.bottom
        self.base, self.upright = word.base, word.upright
        self._size, self._text, self._bold = round(word.size * 2) / 2, "", None

    def add(self, word: Word) -> None:
        self._size, self._text, self._bold = 0.0, "", None
        self.words.append(word)
        # Half as long as by min and max, for every word of a document several times.
        if word.left < self.left:
            self.left = word.left
        if word.top < self.top:
            self.top = word.top
        if word.right > self.right:
            self.right = word.right
        if word.bottom > self.bottom:
            self.bottom = word.bottom

    def join(self, other: "Line") -> None:
        """Takes the words of another piece of the same line in."""
        one, two = (self, other) if self.left <= other.left else (other, self)
        self.base, self.upright = one.base, one.upright
        merged, self.words = one.words + two.words, []
        for word in merged:
            self.add(word)

    @property
    def text(self) -> str:
        if not self._text:
            self._text = " ".join([word.text for word in self.words])
        return self._text

    @property
    def size(self) -> float:
        if not self._size:
            sizes: dict[float, int] = {}
            for word in self.words:
                size = round(word.size * 2) / 2
                sizes[size] = sizes.get(size, 0) + len(word.text)
            self._size = max(sizes, key=sizes.get)
        return self._size

    @property
    def bold(self) -> bool:
        if self._bold is None:
            strong = sum([len(word.text) for word in self.words if word.bold])
            self._bold = strong > 0 and strong > 0.7 * sum([len(word.text) for word in self.words])
        return self._bold


def pieces(words: list[Word]) -> list[Line]:
    """The words, in the file's order, as pieces of lines."""
    lines: list[Line] = []
    line, base, size, right, open_end = None, 0.0, 0.0, 0.0, False
    for word in words:
        # Most words stand a space behind the last one, of its size and on its baseline. As
        # Line.add does it, but that the size stays and nothing was asked of the line yet.
        if (
            open_end
            and word.base == base
            and word.size == size
            and word.upright
            and 0 <= word.left - right <= WIDE * size
        ):
            line.words.append(word)
            if word.right > line.right:
                line.right = word.right
            if word.top < line.top:
                line.top = word.top
            if word.bottom > line.bottom:
                line.bottom = word.bottom
        elif line and _continues(line, word):
            line.add(word)
        else:
            line = Line(word)
            lines.append(line)
            base = word.base
        size, right, open_end = word.size, word.right, word.upright and not word.hyphen
    return _joined(lines)


def _continues(line: Line, word: Word) -> bool:
    last = line.words[-1]
    if not (word.upright and last.upright):
        return word.upright == last.upright and not last.breaks
    size = max(last.size, word.size)
    if not _same_row(line, word):
        return False
    reach = WIDE * size
    if last.hyphen and last.breaks:
        return False
    gap = word.left - last.right
    if gap < -0.4 * size and (word.rtl or last.rtl):
        gap = line.left - word.right
    elif line.left < word.left and gap < 0:
        # Kerned or overprinted words overlap a little; they still follow each other.
        gap = max(gap, -0.4 * size) if word.right > last.left else gap
    return -0.5 * size <= gap <= reach


def _same_row(line: Line, word: Word) -> bool:
    """Whether a word stands on the line, as a superscript too."""
    last = line.words[-1]
    small, large = last.size, word.size
    if small > large:
        small, large = large, small
    if abs(word.base - line.base) <= 0.3 * large:
        return True
    overlap = min(line.bottom, word.bottom) - max(line.top, word.top)
    return small < 0.8 * large and overlap > 0.5 * min(word.bottom - word.top, large)


def _joined(lines: list[Line]) -> list[Line]:
    """Pieces that the file draws apart though one goes on where another ends, put together."""
    rows: dict[int, list[Line]] = {}
    kept: list[Line] = []
    for line in lines:
        other = _adjoining(rows, line) if line.upright else None
        if other is not None:
            other.join(line)
            continue
        kept.append(line)
        if line.upright:
            rows.setdefault(round(line.base), []).append(line)
    return kept


def _adjoining(rows: dict[int, list[Line]], line: Line) -> Line | None:
    """The first piece that a piece goes on from, or that goes on from it."""
    row = round(line.base)
    for key in range(row - 2, row + 3):
        for other in rows.get(key, ()):
            if _adjoins(other, line):
                return other
    return None


def _adjoins(one: Line, two: Line) -> bool:
    size = max(one.words[0].size, two.words[0].size)
    if abs(one.base - two.base) > 0.2 * size:
        return False
    gap = max(two.left - one.right, one.left - two.right)
    return -0.2 * size <= gap <= 0.6 * size


def rows_of(lines: list[Line]) -> list[list[Line]]:
    """Upright pieces gathered into visual rows from top to bottom, each row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=attrgetter("base", "left")):
        if rows and abs(line.base - rows[-1][0].base) <= 0.35 * min(line.size, rows[-1][0].size):
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=attrgetter("left"))
    return rows


class Joiner:
    """Joins lines into text, mending words that a hyphen parts at a line's end."""

    def __init__(self, vocabulary: Counter):
        self.vocabulary = vocabulary

    def join(self, lines: list[Line], frame: Frame, number: int) -> tuple[str, tuple[Span, ...]]:
        """The text of the lines and a span for each of them."""
        text, spans, parted = "", [], False
        for line in lines:
            piece = line.text.strip()
            # Looked for by the letter first: hardly a line has any.
            if sum(map(piece.count, LEADER_MARKS)) >= LEAST_LEADERS:
                piece = LEADERS.sub(" … ", line.text).strip()
            if not piece:
                continue
            text, start = self._append(text, piece, parted)
            parted = line.words[-1].hyphen or _ends_hyphenated(piece)
            box = frame.fractions(line.left, line.top, line.right, line.bottom)
            spans.append(Span(start, len(text), number, *box))
        return text, tuple(spans)

    def _append(self, text: str, piece: str, parted: bool) -> tuple[str, int]:
        if not text:
            return piece, 0
        if not parted or not text.endswith("-"):
            return f"{text} {piece}", len(text) + 1
        if not piece[0].isalpha():
            return text + piece, len(text)
        tail = re.search(r"[\w'’]+$", text[:-1])
        head = re.match(r"[\w'’]+", piece)
        if tail and head and self._one_word(tail.group().lower(), head.group().lower(), piece):
            text = text[:-1]
        return text + piece, len(text)

    def _one_word(self, tail: str, head: str, piece: str) -> bool:
        """Whether the hyphen only parts a word, judged by the document's own words."""
        if not piece[0].islower() or not tail.isalpha():
            return False
        whole, hyphened = self.vocabulary[tail + head], self.vocabulary[f"{tail}-{head}"]
        if whole or hyphened:
            return whole >= hyphened
        known = len(tail) > 2 and self.vocabulary[tail] > 1 and self.vocabulary[head] > 1
        return not known


def _ends_hyphenated(piece: str) -> bool:
    return len(piece) > 2 and piece.endswith("-") and piece[-2].isalpha()


def vocabulary_of(pages: list[list[Word]]) -> Counter:
    """How often each whole word of the document occurs, hyphened ones too."""
    exact: Counter = Counter()
    for words in pages:
        exact.update([word.text for word in words if not word.hyphen])
    counts: Counter = Counter()
    for text, times in exact.items():
        counts[text.lower().strip(".,;:()[]\"'“”")] += times
    return counts
