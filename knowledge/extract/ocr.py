"""Text of pictures: scanned pages and images, read by PaddleOCR's models without a network."""

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache, partial

from ..errors import KnowledgeError
from . import ocr_finder, ocr_reader
from .blocks import Block, Extraction, Page, Span
from .ocr_layout import paragraphs

# The longer side of a picture as it is read; more only costs time.
MAX_SIDE = 2200
MAX_PIXELS = 120_000_000
MAX_FRAMES = 500
# A line whose reading is less sure than this is noise.
MIN_SCORE = 0.5
# Below this, by the mean over its characters, a page may lie on its head or be misread.
SURE = 0.85
FEW_CHARACTERS = 8
# A box this many times as high as wide is a line that runs up or down.
TALL = 1.5
# Grey values: paper and the noise of a scanner differ by less, ink by more.
NOISE = 24
INK = 64
# So many pixels of paper stay round the print.
PAPER = 24
# Ink on less of the page than this is dust, where no text was found in it.
DUST = 0.001
UNREAD = "This page is a picture in which no text was found."
UNSURE = (
    "This page was hard to read, so words may be wrong or missing. Compare it with the original, "
    "or upload a sharper scan; handwriting and scripts like Arabic can't be read from pictures."
)


@dataclass(slots=True)
class Reading:
    """What was read of a picture, and how sure its characters are on average, up to 1."""

    blocks: list[Block] = field(default_factory=list)
    score: float = 0.0
    blank: bool = False

    @property
    def warning(self) -> str:
        """What its reader has to know; "" where all is well."""
        if self.blank:
            return ""
        if not any(c.isalnum() for block in self.blocks for c in block.text):
            return UNREAD
        return UNSURE if self.score < SURE else ""


@dataclass(slots=True)
class _Lines:
    """Lines as they were read: (box in pixels, text, score)."""

    size: tuple[int, int]
    lines: list[tuple[tuple, str, float]] = field(default_factory=list)

    @property
    def characters(self) -> int:
        return sum(len(text) for _, text, _ in self.lines)

    @property
    def score(self) -> float:
        return sum(len(text) * score for _, text, score in self.lines) / max(self.characters, 1)

    @property
    def tall(self) -> bool:
        """Whether most of the text runs up or down."""
        high = sum(
            len(text) for box, text, _ in self.lines if box[3] - box[1] > TALL * (box[2] - box[0])
        )
        return high > 0.5 * self.characters


@cache
def _pool(of: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, min(4, os.cpu_count() or 1)), thread_name_prefix=f"ocr {of}")


def read_beside(image, number: int, tell: Callable[[], None] | None = None) -> Future[Reading]:
    """`read` beside other pictures, one a core; `tell` is called there."""
    return _pool("pictures").submit(read, image, number, tell)


def read_picture(image, number: int) -> list[Block]:
    """The text in a Pillow image as blocks whose spans lie on page `number`."""
    return read(image, number).blocks


def read(image, number: int, tell: Callable[[], None] | None = None) -> Reading:
    """As `read_picture`, with how sure it is. A picture may lie on its side or on its head.

    `tell` is called when it has to be read once more, which takes as long again.
    """
    picture = _scaled(image)
    if _ink(picture, NOISE) == 0:
        return Reading(blank=True)
    found, turns = _upright(picture, tell)
    kept = [(box, text) for box, text, score in found.lines if score >= MIN_SCORE]
    blocks = [_turned_back(block, turns) for block in paragraphs(kept, found.size, number)]
    if not blocks and _ink(picture, INK) < DUST:
        return Reading(blank=True)
    return Reading(blocks, found.score)


def _scaled(image):
    """The picture in colour, no side longer than MAX_SIDE."""
    image.draft("RGB", (MAX_SIDE, MAX_SIDE))
    longest = max(image.size)
    if longest <= MAX_SIDE:
        return image.convert("RGB")
    size = tuple(max(1, round(side * MAX_SIDE / longest)) for side in image.size)
    # Of a palette's numbers no mean can be taken; other pictures are smaller before the change.
    plain = image.convert("RGB") if image.mode not in ("RGB", "L") else image
    return plain.resize(size, reducing_gap=2.0).convert("RGB")


def _ink(picture, step: int) -> float:
    """The share of the picture whose grey differs from the commonest by more than `step`."""
    counts = picture.convert("L").histogram()
    paper = counts.index(max(counts))
    return sum(n for grey, n in enumerate(counts) if abs(grey - paper) > step) / sum(counts)


def _printed(picture) -> tuple[int, int, int, int]:
    """The box round all that is not paper, and some of the paper: margins need no look."""
    grey = picture.convert("L")
    counts = grey.histogram()
    paper = counts.index(max(counts))
    ink = grey.point([255 * (abs(each - paper) > NOISE) for each in range(256)])
    left, top, right, bottom = ink.getbbox() or (0, 0, *picture.size)
    return (
        max(left - PAPER, 0),
        max(top - PAPER, 0),
        min(right + PAPER, picture.width),
        min(bottom + PAPER, picture.height),
    )


def _upright(picture, tell) -> tuple[_Lines, int]:
    """The lines of the picture turned so that they read best, and by how many quarters.

    Quarters are counted counterclockwise. Most pictures lie upright and are read but once.
    """
    found = _lines(picture)
    if found.characters < FEW_CHARACTERS or (found.score >= SURE and not found.tall):
        return found, 0
    # The engine turns a line that runs upwards clockwise as it reads it, and so reads it well.
    turns = ((1, 3) if found.score >= SURE else (3, 1)) if found.tall else (2,)
    best = (found, 0)
    for turn in turns:
        if tell:
            tell()
        other = _lines(picture.rotate(90 * turn, expand=True))
        if not other.tall and other.score >= SURE:
            return other, turn
        if not other.tall and other.score * other.characters > best[0].score * best[0].characters:
            best = (other, turn)
    return best


def _lines(picture) -> _Lines:
    import numpy

    left, top, right, bottom = _printed(picture)
    # Pillow has red first, the models blue.
    pixels = numpy.ascontiguousarray(numpy.asarray(picture)[top:bottom, left:right, ::-1])
    found = _Lines(picture.size)
    places = ocr_finder.lines(pixels)
    # Side by side as the pictures are: one alone, or the last, would leave the other cores idle.
    texts = ocr_reader.read(pixels, places, _pool("lines").map)
    for corners, (text, score) in zip(places, texts, strict=True):
        xs, ys = corners[:, 0] + left, corners[:, 1] + top
        box = (float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))
        if text.strip():
            found.lines.append((box, " ".join(text.split()), score))
    return found


def _turned_back(block: Block, turns: int) -> Block:
    """A block read from a picture turned counterclockwise, its spans on the picture as it was."""
    return replace(block, spans=tuple(_span_back(span, turns) for span in block.spans))


def _span_back(span: Span, turns: int) -> Span:
    left, top, right, bottom = span.left, span.top, span.right, span.bottom
    if turns == 1:
        left, top, right, bottom = 1 - bottom, left, 1 - top, right
    elif turns == 2:
        left, top, right, bottom = 1 - right, 1 - bottom, 1 - left, 1 - top
    elif turns == 3:
        left, top, right, bottom = top, 1 - right, bottom, 1 - left
    return replace(span, left=left, top=top, right=right, bottom=bottom)


def extract(path, progress=None) -> Extraction:
    """The text of an image file, a page for each of its pictures."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(path) as image:
            frames = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            if frames > MAX_FRAMES:
                raise KnowledgeError(
                    f"The file holds {frames} pictures; {MAX_FRAMES} is the most. Split it."
                )
            pages = []

            def tell(done: int) -> None:
                if progress:
                    progress(done, frames)

            for index in range(frames):
                image.seek(index)
                image.draft("RGB", (MAX_SIDE, MAX_SIDE))
                one = read(ImageOps.exif_transpose(image), index + 1, partial(tell, index))
                pages.append(Page(index + 1, one.blocks, True, one.warning))
                tell(index + 1)
    except Image.DecompressionBombError as error:
        raise KnowledgeError(
            "The picture is too large. Save it with fewer pixels and upload it again."
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise KnowledgeError("The picture is damaged. Save it anew and upload it again.") from error
    return Extraction(pages, paged=frames > 1)
