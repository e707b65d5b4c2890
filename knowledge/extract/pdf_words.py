"""The words of a PDF page and where they stand, read from pdfium's characters."""

import ctypes
import math
import unicodedata
from collections import Counter
from dataclasses import dataclass

import pypdfium2.raw as pdfium

# More characters than any page that a person reads; past it the rest of the page is left out.
MAX_PAGE_CHARACTERS = 200_000
# Symbol fonts put their bullets in the private use area.
BULLETS = "•◦▪▫●○■□‣⁃∙·➢➤►▶✓✔❖◆◇❑❒–—-*"
PRIVATE_BULLETS = {0xF0B7, 0xF0A7, 0xF0D8, 0xF076, 0xF0FC, 0xF0A8, 0xF06E, 0xF0E0, 0xF0B0, 0xF06F}
SOFT_HYPHEN = 0xAD
# pdfium writes this in place of a hyphen with which a line ends.
LINE_END_HYPHEN = 0x02


@dataclass(slots=True)
class Word:
    """A word in layout points: the page turned so that most of its text stands upright."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    base: float
    size: float
    bold: bool
    upright: bool = True
    hyphen: bool = False
    breaks: bool = False

    @property
    def rtl(self) -> bool:
        return any(unicodedata.bidirectional(c) in ("R", "AL") for c in self.text)


@dataclass(slots=True)
class Frame:
    """How a page's own coordinates become layout points, and those fractions of the page."""

    width: float
    height: float
    matrix: tuple[float, ...]
    turns: int

    def point(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self.matrix
        return a * x + c * y + e, b * x + d * y + f

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, ...]:
        """The upright box in layout points round a box in the page's own coordinates."""
        x0, y0 = self.point(left, bottom)
        x1, y1 = self.point(right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def fractions(self, left: float, top: float, right: float, bottom: float) -> tuple:
        """A box in layout points as fractions of the page as it is shown."""
        u0, v0, u1, v1 = (
            min(max(part, 0.0), 1.0)
            for part in (
                left / self.width,
                top / self.height,
                right / self.width,
                bottom / self.height,
            )
        )
        if self.turns == 1:
            return v0, 1 - u1, v1, 1 - u0
        if self.turns == 2:
            return 1 - u1, 1 - v1, 1 - u0, 1 - v0
        if self.turns == 3:
            return 1 - v1, u0, 1 - v0, u1
        return u0, v0, u1, v1


def frame(page, turns: int = 0) -> Frame:
    """The frame of a page turned clockwise by `turns` quarters, crop and rotation applied."""
    width, height = page.get_size()
    if turns % 2:
        width, height = height, width
    scale = 10_000_000
    corners = []
    for x, y in ((0, 0), (100, 0), (0, 100)):
        dx, dy = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(
            page, 0, 0, scale, scale, turns, x, y, ctypes.byref(dx), ctypes.byref(dy)
        )
        corners.append((dx.value / scale * width, dy.value / scale * height))
    (ox, oy), (xx, xy), (yx, yy) = corners
    matrix = (
        (xx - ox) / 100,
        (xy - oy) / 100,
        (yx - ox) / 100,
        (yy - oy) / 100,
        ox,
        oy,
    )
    return Frame(width or 1.0, height or 1.0, matrix, turns)


def words_of(page) -> tuple[list[Word], Frame, int]:
    """The page's words in the file's order, their frame and how many characters had no meaning."""
    textpage = page.get_textpage()
    try:
        raw, unknown = _raw_words(textpage)
    finally:
        textpage.close()
    plain = frame(page)
    votes = Counter()
    for entry in raw:
        entry["angle"] = _angle(entry, plain)
        votes[round(entry["angle"] / 90) % 4] += len(entry["text"])
    # Text that runs upwards on the page stands upright once the page is turned clockwise.
    quarter = votes.most_common(1)[0][0] if votes else 0
    layout = frame(page, (-quarter) % 4) if quarter else plain
    return [_word(entry, layout, quarter) for entry in raw], layout, unknown


def _angle(entry: dict, plain: Frame) -> float:
    """The direction of a word as shown, in degrees clockwise."""
    a, b = entry["direction"]
    if a == 0 and b == 0:
        return 0.0
    x0, y0 = plain.point(0, 0)
    x1, y1 = plain.point(a, b)
    return math.degrees(math.atan2(y1 - y0, x1 - x0))


def _word(entry: dict, layout: Frame, quarter: int) -> Word:
    left, top, right, bottom = layout.box(*entry["box"])
    lean = (entry["angle"] - quarter * 90 + 180) % 360 - 180
    return Word(
        text=entry["text"],
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        base=layout.point(*entry["origin"])[1],
        size=entry["size"] or max(bottom - top, 1.0),
        bold=entry["bold"],
        upright=abs(lean) < 8,
        hyphen=entry["hyphen"],
        breaks=entry["breaks"],
    )


class _Reader:
    """Reads one character after the other through pdfium's functions, its buffers made once."""

    def __init__(self, textpage):
        self.raw = textpage.raw
        self.sides = [ctypes.c_double() for _ in range(4)]
        self.refs = [ctypes.byref(side) for side in self.sides]
        self.matrix = pdfium.FS_MATRIX()
        self.name = ctypes.create_string_buffer(256)
        self.flags = ctypes.c_int()

    def box(self, index: int) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the character's ink."""
        left, right, bottom, top = self.refs
        pdfium.FPDFText_GetCharBox(self.raw, index, left, right, bottom, top)
        left, right, bottom, top = self.sides
        return left.value, bottom.value, right.value, top.value

    def start(self, index: int) -> dict:
        """What holds for a whole word, read at its first character."""
        pdfium.FPDFText_GetCharOrigin(self.raw, index, self.refs[0], self.refs[1])
        origin = (self.sides[0].value, self.sides[1].value)
        pdfium.FPDFText_GetMatrix(self.raw, index, ctypes.byref(self.matrix))
        matrix = self.matrix
        scale = math.hypot(matrix.c, matrix.d) or 1.0
        return {
            "text": "",
            "origin": origin,
            "direction": (matrix.a, matrix.b),
            "size": pdfium.FPDFText_GetFontSize(self.raw, index) * scale,
            "bold": self._bold(index),
            "hyphen": False,
            "breaks": False,
        }

    def _bold(self, index: int) -> bool:
        if pdfium.FPDFText_GetFontWeight(self.raw, index) >= 600:
            return True
        size = pdfium.FPDFText_GetFontInfo(self.raw, index, self.name, 256, self.flags)
        name = self.name.value.lower() if 0 < size <= 256 else b""
        return any(part in name for part in (b"bold", b"black", b"heavy", b"-demi", b"cmbx"))


def _raw_words(textpage) -> tuple[list[dict], int]:
    """The words as pdfium has them, in the page's own coordinates."""
    reader = _Reader(textpage)
    count = min(max(pdfium.FPDFText_CountChars(reader.raw), 0), MAX_PAGE_CHARACTERS)
    words: list[dict] = []
    word = None
    letters: list[str] = []
    unknown = 0
    high = 0
    get_unicode = pdfium.FPDFText_GetUnicode
    for index in range(count):
        code = get_unicode(reader.raw, index)
        if code <= 32 or code in (0xA0, 0xFFFE, SOFT_HYPHEN) or 0x2000 <= code <= 0x200B:
            if word and code in (LINE_END_HYPHEN, 0xFFFE, SOFT_HYPHEN):
                if code == SOFT_HYPHEN:
                    word["soft"] = len(letters)
                    continue
                letters.append("-")
                word["hyphen"] = True
                word["breaks"] = True
                word["box"] = _around(word["box"], reader.box(index))
            if word:
                _finish(word, letters, words)
                word, letters = None, []
            if code in (10, 13) and words:
                words[-1]["breaks"] = True
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
        letter = clean_letter(code)
        if not letter:
            unknown += code == 0xFFFD or 0xE000 <= code <= 0xF8FF
            continue
        box = reader.box(index)
        if word and _apart(word, box):
            _finish(word, letters, words)
            word, letters = None, []
        if word is None:
            word = reader.start(index)
            word["box"] = box
        else:
            word["box"] = _around(word["box"], box)
        # One glyph for two Arabic letters: pdfium turns the line round, and with it these two.
        if box == word.get("last") and "\u0600" <= letter <= "\u06ff" and letters:
            letters.insert(len(letters) - 1, letter)
        else:
            letters.append(letter)
        word["last"] = box
    if word:
        _finish(word, letters, words)
    return words, unknown


def _finish(word: dict, letters: list[str], words: list[dict]) -> None:
    # A soft hyphen counts only as the word's last character: elsewhere it is not printed.
    if word.get("soft") == len(letters):
        letters.append("-")
        word["hyphen"] = True
    word["text"] = "".join(letters)
    words.append(word)


def _apart(word: dict, box: tuple) -> bool:
    """Whether a character stands too far from the word before it to belong to it."""
    last = word["last"]
    reach = max(word["size"], last[3] - last[1], 4.0) * 0.8
    across = max(box[0] - last[2], last[0] - box[2])
    along = max(box[1] - last[3], last[1] - box[3])
    return across > reach or along > reach


def _around(one: tuple, two: tuple) -> tuple:
    return (
        min(one[0], two[0]),
        min(one[1], two[1]),
        max(one[2], two[2]),
        max(one[3], two[3]),
    )


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
