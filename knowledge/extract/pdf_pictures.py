"""Pages and parts of pages that are pictures: what is to be read by OCR, and its place."""

import math
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from functools import partial

import pypdfium2.raw as pdfium

from . import ocr
from .blocks import Block
from .pdf_objects import Address, Objects, bounds, of_kind
from .pdf_words import Frame, Word, frame

# A document's time for OCR is bounded: two seconds a page, about one a picture.
MAX_SCANS = 500
MAX_PICTURES = 100
# Fewer characters than this on a page that is a picture: its text is in the picture.
FEW_CHARACTERS = 100
PICTURE_SHARE = 0.5
# A picture beside text is worth reading from this size, in points and as a share of the page.
MIN_WIDTH = 150
MIN_HEIGHT = 40
MIN_SHARE = 0.06
MIN_LETTERS = 12
MAX_OBJECTS = 1000
# So many pictures wait to be read at a time, for each takes some megabytes.
MAX_WAITING = 4
TICK_SECONDS = 1
DPI = 150
MAX_SIDE = 2200
# Of a page's characters at least this share has no meaning: its text layer is of no use.
GARBAGE_SHARE = 0.15
MIN_GARBAGE = 10
GARBAGE = "The fonts of this page don't tell their letters, so that words may be missing."
TOO_MANY = f"Only the first {MAX_SCANS} scanned pages were read."

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Pictures:
    """Reads a document's pictures beside its pages, and stops at the limits.

    `tell` is called after each, so that a page of many pictures is not taken for one that hangs.
    """

    tell: Callable[[], None]
    scans: int = 0
    pictures: int = 0
    seen: set = field(default_factory=set)
    # What is being read, in the pages' order, and what takes its reading.
    waiting: deque[tuple[Future, Callable]] = field(default_factory=deque)
    ticks: int = 0

    def read(self, page, sheet, objects: Objects) -> None:
        """Has read by OCR what of a page is a picture; after `finish` it is noted on its sheet."""
        pictures = of_kind(pdfium.FPDF_PAGEOBJ_IMAGE, objects[:MAX_OBJECTS])
        plain = frame(page) if pictures else sheet.frame
        boxes = _picture_boxes(pictures, plain)
        if _is_scan(objects, sheet.words, sheet.unknown, boxes):
            self._scan(page, sheet)
        elif sheet.words and boxes:
            self._beside(page, sheet, [box for box in boxes if self._wanted(box, sheet, plain)])

    def _scan(self, page, sheet) -> None:
        if self.scans >= MAX_SCANS:
            sheet.warning = TOO_MANY
            return
        self.scans += 1
        self._ask(_image(page), sheet, partial(_take_scan, sheet))

    def _ask(self, image, sheet, take: Callable[[ocr.Reading], None]) -> None:
        self.waiting.append((ocr.read_beside(image, sheet.number, self._tick), take))
        while len(self.waiting) > MAX_WAITING:
            self._take()

    def finish(self) -> None:
        """Waits for what is still being read."""
        while self.waiting:
            self._take()

    def _take(self) -> None:
        reading, take = self.waiting.popleft()
        while not wait([reading], TICK_SECONDS).done:
            if self.ticks:
                self.ticks = 0
                self.tell()
        take(reading.result())
        self.tell()

    def _tick(self) -> None:
        """Notes in the picture's thread that it gets on: only one thread may tell so."""
        self.ticks += 1

    def _wanted(self, box: Box, sheet, plain: Frame) -> bool:
        """Whether a picture is large enough, new, and has no text of the page over it."""
        left, top, right, bottom = box
        wide, high = (right - left) * plain.width, (bottom - top) * plain.height
        share = (right - left) * (bottom - top)
        if wide < MIN_WIDTH or high < MIN_HEIGHT or share < MIN_SHARE:
            return False
        # The same size in the same place on another page is a letterhead or a background.
        key = tuple(round(side, 2) for side in box)
        if key in self.seen or self.pictures >= MAX_PICTURES:
            return False
        self.seen.add(key)
        inside = sum(_within(word, sheet.frame, box) * len(word.text) for word in sheet.words)
        return inside < 20

    def _beside(self, page, sheet, boxes: list[Box]) -> None:
        if not boxes:
            return
        parts = _parts(page, boxes)
        for box, part in zip(boxes, parts, strict=True):
            self.pictures += 1
            self._ask(part, sheet, partial(_take_picture, sheet, box))


def _take_scan(sheet, one: ocr.Reading) -> None:
    had = sum(len(word.text) for word in sheet.words)
    found = sum(len(block.text.replace(" ", "")) for block in one.blocks)
    garbage = is_garbage(sheet.words, sheet.unknown)
    if found > (had // 2 if garbage else had):
        sheet.scanned, sheet.words, sheet.warning = one.blocks, [], one.warning
    elif not sheet.words:
        sheet.scanned, sheet.warning = [], one.warning
    elif garbage:
        sheet.warning = GARBAGE


def _take_picture(sheet, box: Box, one: ocr.Reading) -> None:
    if sum(c.isalpha() for block in one.blocks for c in block.text) >= MIN_LETTERS:
        sheet.pictures.append((box, [_moved(block, box) for block in one.blocks]))


def _is_scan(objects: list, words: list[Word], unknown: int, boxes: list[Box]) -> bool:
    """Whether the page's text has to be read from its picture."""
    if is_garbage(words, unknown):
        return True
    # Most pages have as many words, which need not be looked at.
    if len(words) >= FEW_CHARACTERS:
        return False
    characters = sum(len(word.text) for word in words)
    if characters >= FEW_CHARACTERS:
        return False
    if not characters:
        return bool(objects)
    return any((b[2] - b[0]) * (b[3] - b[1]) >= PICTURE_SHARE for b in boxes)


def is_garbage(words: list[Word], unknown: int) -> bool:
    """Whether a page's text layer is of no use, having glyphs that stand for no letters."""
    if not words or unknown < MIN_GARBAGE:
        return False
    characters = sum(len(word.text) for word in words)
    return unknown >= max(MIN_GARBAGE, GARBAGE_SHARE * (characters + unknown))


def _picture_boxes(pictures: list[Address], plain: Frame) -> list[Box]:
    """Where the page has pictures, in fractions of the page as it is shown."""
    boxes = []
    for picture in pictures:
        box = bounds(picture, plain)
        if box:
            left, top, right, bottom = plain.fractions(*box)
            if right > left and bottom > top:
                boxes.append((left, top, right, bottom))
    return boxes


def _within(word: Word, layout: Frame, box: Box) -> bool:
    left, top, right, bottom = layout.fractions(word.left, word.top, word.right, word.bottom)
    x, y = (left + right) / 2, (top + bottom) / 2
    return box[0] < x < box[2] and box[1] < y < box[3]


def _image(page):
    return page.render(scale=_scale(page)).to_pil()


def _scale(page) -> float:
    longest = max(page.get_size()) or 1.0
    return min(DPI / 72, MAX_SIDE / longest)


def _parts(page, boxes: list[Box]) -> list:
    """The images of parts of a page, for which no more of it is drawn than holds them."""
    scale = _scale(page)
    wide, high = (math.ceil(side * scale) for side in page.get_size())
    places = [(int(a * wide), int(b * high), int(c * wide), int(d * high)) for a, b, c, d in boxes]
    lefts, tops, rights, bottoms = zip(*places, strict=True)
    west, north, east, south = min(lefts), min(tops), max(rights), max(bottoms)
    # Half a pixel less, for pdfium's wrapper takes whole ones from the next on.
    margins = west, high - south, wide - east, north
    image = page.render(scale=scale, crop=[(margin - 0.5) / scale for margin in margins]).to_pil()
    return [image.crop((a - west, b - north, c - west, d - north)) for a, b, c, d in places]


def _moved(block: Block, box: Box) -> Block:
    """A block read from part of a page, its spans as fractions of the whole."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    spans = tuple(
        replace(
            span,
            left=left + span.left * wide,
            top=top + span.top * high,
            right=left + span.right * wide,
            bottom=top + span.bottom * high,
        )
        for span in block.spans
    )
    return replace(block, spans=spans)


def placed(blocks: list[Block], pictures: list[tuple[Box, list[Block]]]) -> list[Block]:
    """The page's blocks with those of its pictures after the last block above each picture."""
    blocks = list(blocks)
    for box, read in pictures:
        at = 0
        for index, block in enumerate(blocks, start=1):
            if block.spans and block.spans[-1].bottom <= box[1] + 0.01:
                at = index
        blocks[at:at] = read
    return blocks
