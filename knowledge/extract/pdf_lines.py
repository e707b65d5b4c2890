"""Words of a PDF page to lines, and text from lines."""

import re
from collections import Counter
from dataclasses import dataclass, field

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
LEADERS = re.compile(r"(?:\s*[.…_·]){5,}\s*")


@dataclass(slots=True)
class Line:
    """Words on one baseline with no wide gap between them.

    Its text and size are asked for often, and so kept until a word is added.
    """

    words: list[Word] = field(default_factory=list)
    left: float = 1e9
    top: float = 1e9
    right: float = -1e9
    bottom: float = -1e9
    _size: float = 0.0
    _text: str = ""

    def add(self, word: Word) -> None:
        self.words.append(word)
        self._size, self._text = 0.0, ""
        # Half as long as by min and max, for every word of a document several times.
        if word.left < self.left:
            self.left = word.left
        if word.top < self.top:
            self.top = word.top
        if word.right > self.right:
            self.right = word.right
        if word.bottom > self.bottom:
            self.bottom = word.bottom

    @property
    def text(self) -> str:
        if not self._text:
            self._text = " ".join(word.text for word in self.words)
        return self._text

    @property
    def base(self) -> float:
        return self.words[0].base

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
        strong = sum(len(word.text) for word in self.words if word.bold)
        return strong > 0.7 * sum(len(word.text) for word in self.words)

    @property
    def upright(self) -> bool:
        return self.words[0].upright


def pieces(words: list[Word]) -> list[Line]:
    """The words, in the file's order, as pieces of lines."""
    lines: list[Line] = []
    line = None
    for word in words:
        if not (line and (_plainly(line, word) or _continues(line, word))):
            line = Line()
            lines.append(line)
        line.add(word)
    return _joined(lines)


def _plainly(line: Line, word: Word) -> bool:
    """Whether a word stands a space behind the last one, as most do."""
    last = line.words[-1]
    size = last.size
    return (
        word.base == line.words[0].base
        and word.size == size
        and 0 <= word.left - last.right <= WIDE * size
        and word.upright
        and last.upright
        and not last.hyphen
    )


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
    small, large = sorted((last.size, word.size))
    if abs(word.base - line.base) <= 0.3 * large:
        return True
    overlap = min(line.bottom, word.bottom) - max(line.top, word.top)
    return small < 0.8 * large and overlap > 0.5 * min(word.bottom - word.top, large)


def _joined(lines: list[Line]) -> list[Line]:
    """Pieces that the file draws apart though one goes on where another ends, put together."""
    rows: dict[int, list[Line]] = {}
    kept: list[Line] = []
    for line in lines:
        if not line.upright:
            kept.append(line)
            continue
        near = [
            other
            for key in range(round(line.base) - 2, round(line.base) + 3)
            for other in rows.get(key, ())
        ]
        other = next((o for o in near if _adjoins(o, line)), None)
        if other is None:
            rows.setdefault(round(line.base), []).append(line)
            kept.append(line)
            continue
        first = other.left <= line.left
        merged = other.words + line.words if first else line.words + other.words
        other.words = []
        for word in merged:
            other.add(word)
    return kept


def _adjoins(one: Line, two: Line) -> bool:
    size = max(one.words[0].size, two.words[0].size)
    if abs(one.base - two.base) > 0.2 * size:
        return False
    gap = max(two.left - one.right, one.left - two.right)
    return -0.2 * size <= gap <= 0.6 * size


def rows_of(lines: list[Line]) -> list[list[Line]]:
    """Upright pieces gathered into visual rows from top to bottom, each row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda each: (each.base, each.left)):
        if rows and abs(line.base - rows[-1][0].base) <= 0.35 * min(line.size, rows[-1][0].size):
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda each: each.left)
    return rows


class Joiner:
    """Joins lines into text, mending words that a hyphen parts at a line's end."""

    def __init__(self, vocabulary: Counter):
        self.vocabulary = vocabulary

    def join(self, lines: list[Line], frame: Frame, number: int) -> tuple[str, tuple[Span, ...]]:
        """The text of the lines and a span for each of them."""
        text, spans, parted = "", [], False
        for line in lines:
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
