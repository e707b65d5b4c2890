"""Plain words of a PDF page, read whole.

This is where a long document's time goes. So each thing is asked of all words in turn, which
spares calls of Python, and a word is made in one place.
"""

import math
import re
from ctypes import c_int
from functools import cache
from itertools import compress, pairwise, repeat
from operator import sub

import pypdfium2.raw as pdfium

from .pdf_characters import APART, BLOCK, Look, Looks, Sides, apart, origins, room
from .pdf_objects import unchecked
from .pdf_words import Word

# So many are read at a time, and as much room is left for the boxes of one of them.
WORDS = BLOCK // 2
# A word whose letters are wider than this on average, as parts of their size, may hold a gap.
WIDEST = 0.65
ANY_WIDTH = 1e9
# What stands for itself, each for one letter: what is on keyboards, Latin letters, dashes, quotes.
PLAIN = re.compile("[!-~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u20ac]+")
# The box of a word that is not to be read whole.
NOWHERE = (-math.inf, math.inf, -math.inf, math.inf)

Columns = tuple[list[float], list[float], list[float], list[float]]

_count_boxes = unchecked(pdfium.FPDFText_CountRects, c_int)
_read_box = unchecked(pdfium.FPDFText_GetRect, c_int)


def whole_words(looks: Looks, tokens: list[str], starts: list[int]) -> list[Word | None]:
    """The words of what stands between spaces; None for one to be read letter by letter."""
    words: list[Word | None] = []
    for first in range(0, len(tokens), WORDS):
        part = slice(first, first + WORDS)
        words += _words(looks, tokens[part], starts[part])
    return words


def _words(looks: Looks, tokens: list[str], starts: list[int]) -> list[Word | None]:
    a, b, c, d, e, f = looks.frame.matrix
    straight = b == c == 0 and a > 0 > d
    held = looks.of(starts)
    words: list[Word | None] = []
    columns = *_boxes(looks.raw, tokens, starts, held), *origins(looks.raw, starts)
    for token, look, left, right, bottom, top, x, y in zip(tokens, held, *columns, strict=True):
        letters, size = len(token), look.size
        # A letter alone holds no gap, however wide it is.
        most = WIDEST * letters * look.reach if letters > 1 else ANY_WIDTH
        plain = (token.isascii() and token.isprintable()) or PLAIN.fullmatch(token)
        if not plain or right - left > most or top - bottom > most:
            words.append(None)
        elif straight and size:
            # As looks.word does it for any page, and quicker for most.
            left, right, bottom, top = a * left + e, a * right + e, d * bottom + f, d * top + f
            look.letters += letters
            word = Word(token, left, top, right, bottom, d * y + f, size, look.bold, look.upright)
            words.append(word)
        else:
            words.append(looks.word(token, (left, right, bottom, top), x, y, look))
    unmapped = compress(words, looks.unmapped(starts))
    looks.unknown += sum(len(word.text) for word in unmapped if word)
    return words


def _boxes(raw, tokens: list[str], starts: list[int], looks: list[Look]) -> Columns:
    """The left, right, lower and upper sides of words.

    NOWHERE stands for one that has no box, or in which a letter stands apart.
    """
    sides, refs = room(4)
    several = {}
    words = zip(starts, tokens, *refs, strict=False)
    for index, (start, token, left, right, bottom, top) in enumerate(words):
        # pdfium draws one for each text object.
        count = _count_boxes(raw, start, len(token))
        if count == 1:
            _read_box(raw, 0, left, top, right, bottom)
        else:
            several[index] = _round(raw, count, looks[index].size)
    lefts, rights, bottoms, tops = (column[: len(tokens)] for column in sides)
    for index, box in several.items():
        lefts[index], rights[index], bottoms[index], tops[index] = box
    return lefts, rights, bottoms, tops


@cache
def _spare() -> list[list]:
    """References to the room behind that of the words."""
    _, refs = room(4)
    return [column[WORDS:] for column in refs]


def _round(raw, count: int, size: float) -> Sides:
    """The box round as many that pdfium has just drawn round a word."""
    if not 0 < count <= WORDS:
        return NOWHERE
    sides, _ = room(4)
    left, right, bottom, top = _spare()
    for _ in map(_read_box, repeat(raw), range(count), left, top, right, bottom):
        pass
    lefts, rights, bottoms, tops = (column[WORDS : WORDS + count] for column in sides)
    box = min(lefts), max(rights), min(bottoms), max(tops)
    # Most stand so near that none can be apart.
    near = APART * max(size, 4.0)
    if (
        max(map(sub, lefts[1:], rights)) > near
        or max(map(sub, lefts, rights[1:])) > near
        or max(bottoms) - min(tops) > near
    ):
        parts = pairwise(zip(lefts, rights, bottoms, tops, strict=True))
        if any(apart(one, two, size) for one, two in parts):
            return NOWHERE
    return box
