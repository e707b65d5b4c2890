"""The text of a PDF page as words: plain ones at a stroke, others letter by letter.

This is where a long document's time goes, so that it spares calls and objects.
"""

import ctypes
import math
import re
from collections import Counter
from ctypes import c_double, c_int, c_void_p

import pypdfium2.raw as pdfium

from .pdf_characters import Gatherer, Looks, apart, joined
from .pdf_objects import unchecked
from .pdf_words import Frame, Word, frame

# More characters than any page that a person reads; past it the rest of the page is left out.
MAX_PAGE_CHARACTERS = 200_000
# Among letters that run leftwards, pdfium writes figures together with what stands behind them.
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# pdfium's text has this for some characters that it tells apart when asked for one of them.
MERGED = "\ufffe"
# A word whose letters are wider than this on average, as parts of their size, may hold a gap.
WIDEST = 0.65

NOWHERE = [-math.inf, math.inf, -math.inf, math.inf]

_read_code = unchecked(pdfium.FPDFText_GetUnicode, ctypes.c_uint)
_count_boxes = unchecked(pdfium.FPDFText_CountRects, c_int)
_read_box = unchecked(pdfium.FPDFText_GetRect, c_int)


def words_of(page) -> tuple[list[Word], Frame, int]:
    """The page's words in the file's order, their frame and how many characters had no meaning."""
    textpage = page.get_textpage()
    try:
        plain = frame(page)
        words, votes, unknown = _read(textpage, plain)
        quarter = votes.most_common(1)[0][0] if votes else 0
        if not quarter:
            return words, plain, unknown
        # Text that runs upwards on the page stands upright once the page is turned clockwise.
        turned = frame(page, -quarter % 4)
        words, _, unknown = _read(textpage, turned)
        return words, turned, unknown
    finally:
        textpage.close()


def _read(textpage, layout: Frame) -> tuple[list[Word], Counter, int]:
    """The words within a frame, how many letters run which way, and how many are unknown."""
    looks = Looks(textpage, layout)
    gatherer = Gatherer(looks)
    words, boxes = gatherer.words, _Boxes(looks.raw)
    text = _characters(textpage)
    whole = not RIGHT_TO_LEFT.search(text)
    start = 0
    for line in text.replace("\r", "\n").split("\n"):
        if start and words:
            words[-1].breaks = True
        for token in line.split(" "):
            if not token:
                start += 1
                continue
            look, box = looks.of(start), None
            # Plain words have only what stands on every keyboard.
            if whole and token.isascii() and token.isprintable():
                box = boxes.whole(start, len(token), look.size)
            if box is None:
                gatherer.gather(start, list(map(ord, token)))
            else:
                if looks.unmapped(start):
                    gatherer.unknown += len(token)
                words.append(looks.word(token, box, start, look))
            start += len(token) + 1
    return words, looks.votes, gatherer.unknown


def _characters(textpage) -> str:
    """The page's characters, each at the place that pdfium counts it at."""
    raw = ctypes.cast(textpage.raw, c_void_p)
    count = min(max(pdfium.FPDFText_CountChars(textpage.raw), 0), MAX_PAGE_CHARACTERS)
    units = (ctypes.c_ushort * (count + 1))()
    # What has no meaning is missing there, and what lies beyond 16 bits takes two places.
    written = pdfium.FPDFText_GetText(textpage.raw, 0, count, units) - 1
    text = bytes(units)[: 2 * count].decode("utf-16-le", "surrogatepass")
    if written != count or len(text) != count:
        return "".join(chr(_read_code(raw, index)) for index in range(count))
    if MERGED not in text:
        return text
    return re.sub(MERGED, lambda found: chr(_read_code(raw, found.start())), text)


class _Boxes:
    """The boxes that pdfium draws round a word, one for each of its text objects."""

    def __init__(self, raw):
        self.raw = raw
        self.sides = (c_double * 4)()
        # pdfium gives left, top, right and bottom.
        places = (0, 3, 1, 2)
        self.refs = tuple(ctypes.byref(self.sides, 8 * place) for place in places)

    def whole(self, start: int, count: int, size: float) -> list[float] | None:
        """Left, right, bottom and top of a word in which no letter stands apart, else None."""
        found = _count_boxes(self.raw, start, count)
        if found < 1:
            return None
        _read_box(self.raw, 0, *self.refs)
        left, right, bottom, top = box = self.sides[:]
        if found > 1:
            left, right, bottom, top = box = self._round(box, found, size)
        most = WIDEST * count * (size if size > 4.0 else 4.0)
        return box if right - left <= most and top - bottom <= most else None

    def _round(self, last: list[float], found: int, size: float) -> list[float]:
        """The box round several; of no end, where one stands apart from the one before it."""
        box = last
        for number in range(1, found):
            _read_box(self.raw, number, *self.refs)
            here = self.sides[:]
            if apart(last, here, size):
                return NOWHERE
            box, last = joined(box, here), here
        return box
