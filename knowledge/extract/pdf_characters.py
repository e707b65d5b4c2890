"""The characters of a PDF page, read one by one through pdfium and gathered into words."""

import ctypes
import math
import unicodedata
from ctypes import c_double, c_int, c_void_p
from functools import cache, lru_cache

import pypdfium2.raw as pdfium

# More characters than any page that a person reads; past it the rest of the page is left out.
MAX_PAGE_CHARACTERS = 200_000
# So many are read at a time.
BLOCK = 4096
# Symbol fonts put their bullets in the private use area.
PRIVATE_BULLETS = {0xF0B7, 0xF0A7, 0xF0D8, 0xF076, 0xF0FC, 0xF0A8, 0xF06E, 0xF0E0, 0xF0B0, 0xF06F}
SOFT_HYPHEN = 0xAD
# pdfium writes this in place of a hyphen with which a line ends.
LINE_END_HYPHEN = 0x02
# Besides plain spaces: what ends a word.
BREAKS = (0xA0, 0xFFFE, SOFT_HYPHEN)
PLAIN = {code: chr(code) for code in range(33, 0x7F)}


def _unchecked(function, *kinds):
    """A function of pdfium without the conversions that make up half the time of a call."""
    return ctypes.PYFUNCTYPE(*kinds)(ctypes.cast(function, c_void_p).value)


_read_code = _unchecked(pdfium.FPDFText_GetUnicode, ctypes.c_uint, c_void_p, c_int)
_read_box = _unchecked(pdfium.FPDFText_GetCharBox, c_int, c_void_p, c_int, *4 * [c_void_p])
_read_object = _unchecked(pdfium.FPDFText_GetTextObject, c_void_p, c_void_p, c_int)
_read_origin = _unchecked(pdfium.FPDFText_GetCharOrigin, c_int, c_void_p, c_int, *2 * [c_void_p])
_is_unmapped = _unchecked(pdfium.FPDFText_HasUnicodeMapError, c_int, c_void_p, c_int)


@cache
def _buffer():
    """Room for the boxes of a block's characters, and references to each box's four sides."""
    sides = (c_double * (4 * BLOCK))()
    refs = [
        tuple(ctypes.byref(sides, 8 * place) for place in range(first, first + 4))
        for first in range(0, 4 * BLOCK, 4)
    ]
    return sides, refs


def raw_words(textpage) -> tuple[list[dict], int]:
    """The words as pdfium has them, in the page's own coordinates, and how many glyphs are unknown.

    A glyph is unknown where its font does not tell which letter it is.
    """
    gatherer = _Gatherer(textpage)
    sides, refs = _buffer()
    raw = gatherer.raw
    count = min(max(pdfium.FPDFText_CountChars(textpage.raw), 0), MAX_PAGE_CHARACTERS)
    for first in range(0, count, BLOCK):
        indices = range(first, min(first + BLOCK, count))
        codes = [_read_code(raw, index) for index in indices]
        for index, code, ref in zip(indices, codes, refs, strict=False):
            if code > 32 or code == LINE_END_HYPHEN:
                _read_box(raw, index, *ref)
        gatherer.gather(first, codes, sides[: 4 * len(codes)])
    gatherer.finish()
    return gatherer.words, gatherer.unknown


class _Gatherer:
    """Puts letters together to words.

    This is where a long document's time goes, so that it spares calls and objects.
    """

    def __init__(self, textpage):
        self.raw = ctypes.cast(textpage.raw, c_void_p)
        self.page = textpage.raw
        self.matrix = pdfium.FS_MATRIX()
        self.name = ctypes.create_string_buffer(256)
        self.flags = c_int()
        self.x, self.y = c_double(), c_double()
        self.origin = ctypes.byref(self.x), ctypes.byref(self.y)
        # What holds for all letters of a text object, by its address.
        self.looks: dict[int | None, tuple] = {}
        self.words: list[dict] = []
        self.unknown = 0
        self.unmapped = False
        self.high = 0
        self.word: dict | None = None
        self.letters: list[str] = []
        # Left, right, bottom and top of the last letter and of the whole word.
        self.last = self.box = (0.0, 0.0, 0.0, 0.0)
        self.size = 0.0

    def gather(self, first: int, codes: list[int], sides: list[float]) -> None:
        """Takes the characters from number `first` on, with four sides each."""
        plain = PLAIN.get
        boxes = zip(sides[::4], sides[1::4], sides[2::4], sides[3::4], strict=True)
        for index, (code, box) in enumerate(zip(codes, boxes, strict=True), first):
            letter = plain(code)
            if letter is None:
                if code <= 32 or code in BREAKS or 0x2000 <= code <= 0x200B:
                    self.part(index, code, box)
                    continue
                letter = self.letter(code)
                if not letter:
                    continue
            if self.word is not None and not self._apart(box):
                self._widen(box)
            else:
                self.finish()
                self._start(index)
                self.box = box
            if self.unmapped:
                self.unknown += 1
            # One glyph for two Arabic letters: pdfium turns the line round, and with it these two.
            if letter >= "\u0600" and box == self.last and letter <= "\u06ff" and self.letters:
                self.letters.insert(len(self.letters) - 1, letter)
            else:
                self.letters.append(letter)
            self.last = box

    def letter(self, code: int) -> str:
        """The letter of a code, or "" for what has none by itself."""
        if 0xD800 <= code < 0xDC00:
            self.high = code
            return ""
        if 0xDC00 <= code < 0xE000:
            high = self.high
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
        letter = clean_letter(code)
        if not letter:
            self.unknown += code == 0xFFFD or 0xE000 <= code <= 0xF8FF
        return letter

    def part(self, index: int, code: int, box: tuple) -> None:
        """Ends the word at a space, a line's end or a hyphen that stands there."""
        word = self.word
        if word is not None:
            if code == SOFT_HYPHEN:
                word["soft"] = len(self.letters)
                return
            if code in (LINE_END_HYPHEN, 0xFFFE):
                self.letters.append("-")
                word["hyphen"] = word["breaks"] = True
                self._widen(box)
            self.finish()
        if code in (10, 13):
            if self.words:
                self.words[-1]["breaks"] = True
        elif 2 < code < 32 and code != 9:
            self.unknown += _is_unmapped(self.raw, index) == 1

    def finish(self) -> None:
        """Puts the word, if there is one, with the others."""
        word = self.word
        if word is None:
            return
        # A soft hyphen counts only as the word's last character: elsewhere it is not printed.
        if word.get("soft") == len(self.letters):
            self.letters.append("-")
            word["hyphen"] = True
        left, right, bottom, top = self.box
        word["box"] = (left, bottom, right, top)
        word["text"] = "".join(self.letters)
        self.words.append(word)
        self.word, self.letters, self.last = None, [], (0.0, 0.0, 0.0, 0.0)

    def _apart(self, box: tuple) -> bool:
        """Whether a letter stands too far from the one before it to belong to its word."""
        left, right, bottom, top = self.last
        reach = (self.size if self.size > top - bottom else top - bottom) * 0.8
        return (
            box[0] - right > reach
            or left - box[1] > reach
            or box[2] - top > reach
            or bottom - box[3] > reach
        )

    def _widen(self, box: tuple) -> None:
        left, right, bottom, top = box
        west, east, south, north = self.box
        if left < west or right > east or bottom < south or top > north:
            self.box = (
                left if left < west else west,
                right if right > east else east,
                bottom if bottom < south else south,
                top if top > north else north,
            )

    def _start(self, index: int) -> None:
        """Begins a word, with what is read at its first character and holds for all of it."""
        self.unmapped = _is_unmapped(self.raw, index) == 1
        address = _read_object(self.raw, index)
        looks = self.looks.get(address) if address else None
        if looks is None:
            looks = self.looks[address] = self._look(index)
        direction, size, bold = looks
        _read_origin(self.raw, index, *self.origin)
        self.word = {
            "origin": (self.x.value, self.y.value),
            "direction": direction,
            "size": size,
            "bold": bold,
            "hyphen": False,
            "breaks": False,
        }
        self.size = max(size, 4.0)

    def _look(self, index: int) -> tuple:
        """A character's direction, the size of its font and whether that is bold."""
        pdfium.FPDFText_GetMatrix(self.page, index, self.matrix)
        matrix = self.matrix
        scale = math.hypot(matrix.c, matrix.d) or 1.0
        size = pdfium.FPDFText_GetFontSize(self.page, index) * scale
        return (matrix.a, matrix.b), size, self._bold(index)

    def _bold(self, index: int) -> bool:
        if pdfium.FPDFText_GetFontWeight(self.page, index) >= 600:
            return True
        size = pdfium.FPDFText_GetFontInfo(self.page, index, self.name, 256, self.flags)
        return _is_bold_name(self.name.value) if 0 < size <= 256 else False


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
