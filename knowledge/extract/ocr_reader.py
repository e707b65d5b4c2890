"""What the lines of text in a picture say.

A small model reads them all, in a quarter of the time that a large one takes. The large one reads
again where that is not sure, and what is not written in plain Latin letters: accents are lost on
the small one.
"""

from collections.abc import Callable, Iterable
from functools import partial

from . import ocr_model
from .ocr_recognizer import Recognizer, Source

SMALL = Source(
    "tiny",
    (*ocr_model.TIERS, "tiny", "rec", "rec.onnx"),
    (*ocr_model.TIERS, "ppocrv6_tiny_dict.txt"),
)
LARGE = Source(
    "small",
    ("rapidocr", "models", "PP-OCRv6_rec_small.onnx"),
    height=40,
    narrowed=0.85,
)
# From so sure of its characters in the mean, the small model costs no words that count.
SURE = 0.96
# Of fewer characters than this it is too sure: a spot is a letter to it.
SHORT = 4
# Where more of a picture's lines than this have accents, they may be missing from the others too.
ACCENTED = 0.1
# So many lines tell that already.
FIRST = 16
# A line this many times as high as wide runs up or down.
TALL = 1.5


def read(pixels, places: list, each: Callable[..., Iterable] = map) -> list[tuple[str, float]]:
    """The text within the corners of each line, and how sure its characters are in the mean.

    `each` goes through the lines as `map` does.
    """
    lines = list(each(partial(_cut, pixels), places))
    found = list(each(_small().read, lines[:FIRST]))
    if not _accented(found):
        found += each(_small().read, lines[FIRST:])
    if _accented(found):
        return list(each(_large().read, lines))
    again = [index for index, reading in enumerate(found) if _doubtful(*reading)]
    read_again = each(lambda index: _large().read(lines[index]), again)
    for index, reading in zip(again, read_again, strict=True):
        found[index] = reading
    return found


def _doubtful(text: str, sure: float) -> bool:
    """Whether the large model has to read a line."""
    return sure < SURE or len(text) < SHORT or not _plain(text)


def _accented(found: list[tuple[str, float]]) -> bool:
    """Whether so many lines have accents that more may be missing."""
    return sum(not _plain(text) for text, _ in found) > ACCENTED * len(found)


def _plain(text: str) -> bool:
    """Whether all letters of the text are those of English."""
    return all(c.isascii() or not c.isalpha() for c in text)


@ocr_model.once
def _small() -> Recognizer:
    return Recognizer(SMALL)


@ocr_model.once
def _large() -> Recognizer:
    return Recognizer(LARGE)


def _cut(pixels, corners):
    """The line alone, lying level."""
    import cv2
    import numpy

    wide = int(max(_far(corners[0], corners[1]), _far(corners[2], corners[3])))
    high = int(max(_far(corners[0], corners[3]), _far(corners[1], corners[2])))
    size = max(wide, 1), max(high, 1)
    level = numpy.array([(0, 0), (size[0], 0), size, (0, size[1])], numpy.float32)
    turned = cv2.warpPerspective(
        pixels,
        cv2.getPerspectiveTransform(corners, level),
        size,
        borderMode=cv2.BORDER_REPLICATE,
        flags=cv2.INTER_CUBIC,
    )
    return numpy.rot90(turned) if size[1] >= TALL * size[0] else turned


def _far(one, two) -> float:
    return float(((one - two) ** 2).sum() ** 0.5)
