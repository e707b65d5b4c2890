"""The characters of a PDF page, read one by one through pdfium and gathered into words."""

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable
from ctypes import c_bool, c_double, c_float, c_int, c_void_p
from functools import cache, lru_cache
from itertools import repeat

import pypdfium2.raw as pdfium

from .pdf_objects import unchecked
from .pdf_words import Frame, Word

# So many boxes are read at a time.
BLOCK = 2048
# Symbol fonts put their bullets in the private use area.
PRIVATE_BULLETS = {0xF0B7, 0xF0A7, 0xF0D8, 0xF076, 0xF0FC, 0xF0A8, 0xF06E, 0xF0E0, 0xF0B0, 0xF06F}
SOFT_HYPHEN = 0xAD
# pdfium writes this in place of a hyphen with which a line ends.
LINE_END_HYPHEN = 0x02
# Besides plain spaces: what ends a word.
BREAKS = (0xA0, 0xFFFE, SOFT_HYPHEN)
PLAIN = {code: chr(code) for code in range(33, 0x7F)}
# A letter that stands farther from the one before, in parts of its size, begins another word.
APART = 0.8
# A word that leans by more degrees than this does not stand upright.
UPRIGHT = 8


# Left, right, bottom and top in the page's own coordinates.
Sides = tuple[float, float, float, float]

_read_box = unchecked(pdfium.FPDFText_GetCharBox, c_int)
_read_object = unchecked(pdfium.FPDFText_GetTextObject, c_void_p)
_read_origin = unchecked(pdfium.FPDFText_GetCharOrigin, c_int)
_is_unmapped = unchecked(pdfium.FPDFText_HasUnicodeMapError, c_bool)
_read_matrix = unchecked(pdfium.FPDFText_GetMatrix, c_int)
_font_size = unchecked(pdfium.FPDFText_GetFontSize, c_double)
_font_of = unchecked(pdfium.FPDFTextObj_GetFont, c_void_p, c_void_p)


@cache
def room(parts: int):
    """Room for the numbers of a block in so many columns, and references to each column's."""
    columns = [(c_double * BLOCK)() for _ in range(parts)]
    return columns, [[ctypes.byref(each, 8 * at) for at in range(BLOCK)] for each in columns]


def origins(raw, indexes: list[int]) -> tuple[list[float], list[float]]:
    """Where characters stand, of a block at most: how far right, and how far up."""
    (xs, ys), refs = room(2)
    for _ in map(_read_origin, repeat(raw), indexes, *refs):
        pass
    return xs[: len(indexes)], ys[: len(indexes)]


class Look:
    """What holds for all letters of a text object, and how many letters of words have it."""

    __slots__ = ("bold", "letters", "quarter", "reach", "size", "upright")

    def __init__(self, size: float, bold: bool, upright: bool, quarter: int):
        self.size, self.bold, self.upright, self.quarter = size, bold, upright, quarter
        # By this widths are judged: letters of no size have some width all the same.
        self.reach = max(size, 4.0)
        self.letters = 0


class Looks:
    """The looks of a page's letters, and how many of its glyphs stand for no letter."""

    def __init__(self, textpage, frame: Frame):
        self.page, self.frame = textpage.raw, frame
        self.unknown = 0
        self.raw = ctypes.cast(textpage.raw, c_void_p)
        self.matrix = (c_float * 6)()
        self.place = ctypes.byref(self.matrix)
        self.name = ctypes.create_string_buffer(256)
        self.flags = c_int()
        # Many text objects look alike.
        self.looks: dict[tuple, Look] = {}
        self.known: dict[int, Look] = {}

    @property
    def votes(self) -> Counter:
        """By quarters clockwise, how many letters run that way."""
        votes: Counter = Counter()
        for look in self.looks.values():
            votes[look.quarter] += look.letters
        return +votes

    def of(self, indexes: list[int]) -> list[Look]:
        """The looks of characters: their font size, whether they are bold and how turned."""
        addresses, known = map(_read_object, repeat(self.raw), indexes), self.known.get
        pairs = zip(indexes, addresses, strict=True)
        return [known(address) or self._look(index, address) for index, address in pairs]

    def unmapped(self, indexes: list[int]) -> list[bool]:
        """Whether a font does not tell which letters these characters are."""
        return list(map(_is_unmapped, repeat(self.raw), indexes))

    def word(self, text: str, box: Sides, x: float, y: float, look: Look) -> Word:
        """The word in a box whose first letter stands at x and y."""
        west, east, south, north = box
        left, top, right, bottom = self.frame.box(west, south, east, north)
        _, base = self.frame.point(x, y)
        look.letters += len(text)
        size = look.size or max(bottom - top, 1.0)
        return Word(text, left, top, right, bottom, base, size, look.bold, look.upright)

    def _look(self, index: int, address: int | None) -> Look:
        _read_matrix(self.raw, index, self.place)
        a, b, c, d = turned = self.matrix[:4]
        font = _font_of(address) if address else None
        key = (*turned, _font_size(self.raw, index), font)
        look = self.looks.get(key)
        # Of a letter that no object has drawn, nothing tells that the next one looks so too.
        if look is None or not font:
            bold = self._bold(index)
            size = key[4] * (math.hypot(c, d) or 1.0)
            lean = self._lean(a, b)
            look = Look(size, bold, abs(lean) < UPRIGHT, round(lean / 90) % 4)
            self.looks[key if font else (index,)] = look
        if address:
            self.known[address] = look
        return look

    def _lean(self, right: float, up: float) -> float:
        """In degrees clockwise, how far text that runs so leans as the page is shown."""
        if right == 0 and up == 0:
            return 0.0
        a, b, c, d, _, _ = self.frame.matrix
        return math.degrees(math.atan2(b * right + d * up, a * right + c * up))

    def _bold(self, index: int) -> bool:
        if pdfium.FPDFText_GetFontWeight(self.page, index) >= 600:
            return True
        size = pdfium.FPDFText_GetFontInfo(self.page, index, self.name, 256, self.flags)
        return _is_bold_name(self.name.value) if 0 < size <= 256 else False


class Gatherer:
    """Puts letters together to words, as their boxes tell: for what is not plainly a word."""

    def __init__(self, looks: Looks):
        self.looks = looks
        self.words: list[Word] = []
        self.unmapped = False
        self.high = 0
        self.look: Look | None = None
        # Of the word under way: its first character, and the last letter's box and its own.
        self.first: int | None = None
        self.soft = -1
        self.letters: list[str] = []
        self.last = self.box = (0.0, 0.0, 0.0, 0.0)

    def gather(self, first: int, codes: list[int]) -> None:
        """Takes characters that stand between two spaces, from number `first` on."""
        sides, refs = room(4)
        raw = self.looks.raw
        for start in range(0, len(codes), BLOCK):
            block = codes[start : start + BLOCK]
            for index, (code, *ref) in enumerate(zip(block, *refs, strict=False), first + start):
                if code > 32 or code == LINE_END_HYPHEN:
                    _read_box(raw, index, *ref)
            boxes = zip(*[column[: len(block)] for column in sides], strict=True)
            self._take(first + start, block, boxes)
        self.finish()

    def _take(self, first: int, codes: list[int], boxes: Iterable[Sides]) -> None:
        plain = PLAIN.get
        for index, (code, box) in enumerate(zip(codes, boxes, strict=True), first):
            letter = plain(code)
            if letter is None:
                if code <= 32 or code in BREAKS or 0x2000 <= code <= 0x200B:
                    self._part(index, code, box)
                    continue
                letter = self._letter(code)
                if not letter:
                    continue
            if self.first is not None and not apart(self.last, box, self.look.size):
                self.box = joined(self.box, box)
            else:
                self.finish()
                self._start(index)
                self.box = box
            if self.unmapped:
                self.looks.unknown += 1
            # One glyph for two Arabic letters: pdfium turns the line round, and with it these two.
            if letter >= "\u0600" and box == self.last and letter <= "\u06ff" and self.letters:
                self.letters.insert(len(self.letters) - 1, letter)
            else:
                self.letters.append(letter)
            self.last = box

    def _letter(self, code: int) -> str:
        """The letter of a code, or "" for what has none by itself."""
        if 0xD800 <= code < 0xDC00:
            self.high = code
            return ""
        if 0xDC00 <= code < 0xE000:
            high = self.high
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
        letter = clean_letter(code)
        if not letter:
            self.looks.unknown += code == 0xFFFD or 0xE000 <= code <= 0xF8FF
        return letter

    def _part(self, index: int, code: int, box: tuple) -> None:
        """Ends the word at a space or a hyphen that stands there."""
        if self.first is not None:
            if code == SOFT_HYPHEN:
                self.soft = len(self.letters)
                return
            parted = code in (LINE_END_HYPHEN, 0xFFFE)
            if parted:
                self.letters.append("-")
                self.box = joined(self.box, box)
            self.finish()
            if parted:
                self.words[-1].hyphen = self.words[-1].breaks = True
        if 2 < code < 32 and code != 9:
            self.looks.unknown += sum(self.looks.unmapped([index]))

    def _start(self, index: int) -> None:
        self.first = index
        (self.unmapped,) = self.looks.unmapped([index])
        (self.look,) = self.looks.of([index])

    def finish(self) -> None:
        """Puts the word, if there is one, with the others."""
        if self.first is None:
            return
        # A soft hyphen counts only as the word's last character: elsewhere it is not printed.
        soft = self.soft == len(self.letters)
        text = "".join(self.letters) + "-" * soft
        (x,), (y,) = origins(self.looks.raw, [self.first])
        word = self.looks.word(text, self.box, x, y, self.look)
        word.hyphen = soft
        self.words.append(word)
        self.first, self.soft, self.letters, self.last = None, -1, [], (0.0, 0.0, 0.0, 0.0)


def apart(last: tuple, box: tuple, size: float) -> bool:
    """Whether a letter stands too far from the one before it to belong to its word."""
    left, right, bottom, top = last
    reach = max(size, 4.0, top - bottom) * APART
    return (
        box[0] - right > reach
        or left - box[1] > reach
        or box[2] - top > reach
        or bottom - box[3] > reach
    )


def joined(one: tuple, two: tuple) -> tuple:
    """The box round two."""
    left, right, bottom, top = two
    west, east, south, north = one
    if left < west or right > east or bottom < south or top > north:
        return min(left, west), max(right, east), min(bottom, south), max(top, north)
    return one


@lru_cache(maxsize=1000)
def _is_bold_name(name: bytes) -> bool:
    name = name.lower()
    return any(part in name for part in (b"bold", b"black", b"heavy", b"-demi", b"cmbx"))


def clean_letter(code: int) -> str:
    """A character as a reader would type it; "" for what has no meaning in text."""
    if 33 <= code < 0x7F:
        return chr(code)
    if code in PRIVATE_BULLETS:
        return "•"
    if code < 0xA0 or 0xE000 <= code <= 0xF8FF or code in (0xFFFD, 0xFEFF, 0xFFFF, 0x2060):
        return ""
    if 0x200B <= code <= 0x200F or 0x202A <= code <= 0x202E or code > 0x10FFFF:
        return ""
    letter = chr(code)
    # Ligatures and the Arabic presentation forms stand for plain letters.
    if 0xFB00 <= code <= 0xFDFF or 0xFE70 <= code <= 0xFEFC:
        return unicodedata.normalize("NFKC", letter)
    return letter
