"""A word of a PDF page, and the frame that tells where it stands."""

import ctypes
import unicodedata
from dataclasses import dataclass

import pypdfium2.raw as pdfium

# Symbol fonts put their bullets in the private use area.
BULLETS = "•◦▪▫●○■□‣⁃∙·➢➤►▶✓✔❖◆◇❑❒–—-*"


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
        a, b, c, d, e, f = self.matrix
        x0, y0 = a * left + c * bottom + e, b * left + d * bottom + f
        x1, y1 = a * right + c * top + e, b * right + d * top + f
        if x0 > x1:
            x0, x1 = x1, x0
        return (x0, y0, x1, y1) if y0 <= y1 else (x0, y1, x1, y0)

    def fractions(self, left: float, top: float, right: float, bottom: float) -> tuple:
        """A box in layout points as fractions of the page as it is shown."""
        wide, high = self.width, self.height
        u0, v0, u1, v1 = left / wide, top / high, right / wide, bottom / high
        # Only what sticks out of the page has to be cut.
        if not (0.0 <= u0 <= 1.0 and 0.0 <= v0 <= 1.0 and 0.0 <= u1 <= 1.0 and 0.0 <= v1 <= 1.0):
            u0, v0, u1, v1 = (min(max(part, 0.0), 1.0) for part in (u0, v0, u1, v1))
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
