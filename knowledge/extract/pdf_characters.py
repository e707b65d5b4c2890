"""The characters of a PDF page, read one by one through pdfium and gathered into words."""

import ctypes
import math
import unicodedata
from functools import lru_cache

import pypdfium2.raw as pdfium

# More characters than any page that a person reads; past it the rest of the page is left out.
MAX_PAGE_CHARACTERS = 200_000
# Symbol fonts put their bullets in the private use area.
PRIVATE_BULLETS = {0xF0B7, 0xF0A7, 0xF0D8, 0xF076, 0xF0FC, 0xF0A8, 0xF06E, 0xF0E0, 0xF0B0, 0xF06F}
SOFT_HYPHEN = 0xAD
# pdfium writes this in place of a hyphen with which a line ends.
LINE_END_HYPHEN = 0x02
# Besides plain spaces: what ends a word.
BREAKS = (0xA0, 0xFFFE, SOFT_HYPHEN)


def raw_words(textpage) -> tuple[list[dict], int]:
    """The words as pdfium has them, in the page's own coordinates, and how many glyphs are unknown.

    A glyph is unknown where its font does not tell which letter it is.
    """
    gatherer = _Gatherer(textpage)
    read, take, part = pdfium.FPDFText_GetUnicode, gatherer.take, gatherer.part
    raw = textpage.raw
    high = 0
    for index in range(min(max(pdfium.FPDFText_CountChars(raw), 0), MAX_PAGE_CHARACTERS)):
        code = read(raw, index)
        if 32 < code < 0x7F:
            take(index, chr(code))
        elif code <= 32 or code in BREAKS or 0x2000 <= code <= 0x200B:
            part(index, code)
        elif 0xD800 <= code < 0xDC00:
            high = code
        else:
            if 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
            letter = clean_letter(code)
            if letter:
                take(index, letter)
            else:
                gatherer.unknown += code == 0xFFFD or 0xE000 <= code <= 0xF8FF
    gatherer.finish()
    return gatherer.words, gatherer.unknown


class _Gatherer:
    """Puts letters together to words. pdfium's functions are called with buffers made once.

    This is where a long document's time goes, so that it spares calls and objects.
    """

    def __init__(self, textpage):
        self.raw = textpage.raw
        self.sides = (ctypes.c_double * 4)()
        places = [ctypes.c_double.from_buffer(self.sides, 8 * place) for place in range(4)]
        self.refs = [ctypes.byref(place) for place in places]
        self.matrix = pdfium.FS_MATRIX()
        self.name = ctypes.create_string_buffer(256)
        self.flags = ctypes.c_int()
        self.words: list[dict] = []
        self.unknown = 0
        self.unmapped = False
        self.word: dict | None = None
        self.letters: list[str] = []
        # Left, right, bottom and top of the last letter and of the whole word.
        self.last: list[float] | None = None
        self.box: list[float] = []
        self.size = 0.0
        self.read_box = pdfium.FPDFText_GetCharBox

    def take(self, index: int, letter: str) -> None:
        """Adds a letter to the word, or begins the next where it stands apart."""
        self.read_box(self.raw, index, *self.refs)
        box = self.sides[:]
        if self.word is not None and self._apart(box):
            self.finish()
        if self.word is None:
            self.word = self._start(index)
            self.size = max(self.word["size"], 4.0)
            self.box = box
        else:
            self._widen(box)
        if self.unmapped:
            self.unknown += 1
        # One glyph for two Arabic letters: pdfium turns the line round, and with it these two.
        if letter >= "\u0600" and box == self.last and letter <= "\u06ff" and self.letters:
            self.letters.insert(len(self.letters) - 1, letter)
        else:
            self.letters.append(letter)
        self.last = box

    def part(self, index: int, code: int) -> None:
        """Ends the word at a space, a line's end or a hyphen that stands there."""
        word = self.word
        if word is not None:
            if code == SOFT_HYPHEN:
                word["soft"] = len(self.letters)
                return
            if code in (LINE_END_HYPHEN, 0xFFFE):
                self.letters.append("-")
                word["hyphen"] = word["breaks"] = True
                self.read_box(self.raw, index, *self.refs)
                self._widen(self.sides[:])
            self.finish()
        if code in (10, 13):
            if self.words:
                self.words[-1]["breaks"] = True
        elif 2 < code < 32 and code != 9:
            self.unknown += self._unmapped(index)

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
        self.word, self.letters, self.last = None, [], None

    def _apart(self, box: list[float]) -> bool:
        """Whether a letter stands too far from the one before it to belong to its word."""
        left, right, bottom, top = self.last
        reach = (self.size if self.size > top - bottom else top - bottom) * 0.8
        return (
            box[0] - right > reach
            or left - box[1] > reach
            or box[2] - top > reach
            or bottom - box[3] > reach
        )

    def _widen(self, box: list[float]) -> None:
        whole = self.box
        left, right, bottom, top = box
        if left < whole[0] or right > whole[1] or bottom < whole[2] or top > whole[3]:
            self.box = [
                left if left < whole[0] else whole[0],
                right if right > whole[1] else whole[1],
                bottom if bottom < whole[2] else whole[2],
                top if top > whole[3] else whole[3],
            ]

    def _start(self, index: int) -> dict:
        """What holds for a whole word, read at its first character."""
        self.unmapped = self._unmapped(index)
        pdfium.FPDFText_GetCharOrigin(self.raw, index, self.refs[0], self.refs[1])
        pdfium.FPDFText_GetMatrix(self.raw, index, self.matrix)
        matrix = self.matrix
        scale = math.hypot(matrix.c, matrix.d) or 1.0
        return {
            "origin": (self.sides[0], self.sides[1]),
            "direction": (matrix.a, matrix.b),
            "size": pdfium.FPDFText_GetFontSize(self.raw, index) * scale,
            "bold": self._bold(index),
            "hyphen": False,
            "breaks": False,
        }

    def _unmapped(self, index: int) -> bool:
        """Whether the font does not tell which letter the glyph is."""
        return pdfium.FPDFText_HasUnicodeMapError(self.raw, index) == 1

    def _bold(self, index: int) -> bool:
        if pdfium.FPDFText_GetFontWeight(self.raw, index) >= 600:
            return True
        size = pdfium.FPDFText_GetFontInfo(self.raw, index, self.name, 256, self.flags)
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
