"""Text of pictures: scanned pages and images, read by RapidOCR's models without a network."""

import logging
import os
import re
from dataclasses import replace
from functools import lru_cache
from statistics import median

from ..errors import KnowledgeError
from .blocks import Block, Extraction, Page, Span
from .tables import looks_like_header

# The longer side of a picture as it is read; more only costs time.
MAX_SIDE = 2200
MAX_PIXELS = 120_000_000
MAX_FRAMES = 500
# A line that begins a list item.
ITEM = re.compile(r"^(?:[-•*·–]\s?|[(\[]?\w{1,3}[.)\]]\s)\w")
# A line whose reading is less sure than this is noise.
MIN_SCORE = 0.5


@lru_cache(maxsize=1)
def _engine():
    """The one engine, built on first use (half a second); its models lie in the package."""
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    threads = max(1, min(4, os.cpu_count() or 1))
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.text_score": MIN_SCORE,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def read_picture(image, number: int) -> list[Block]:
    """The text in a Pillow image as blocks whose spans lie on page `number`."""
    import numpy

    picture = image.convert("RGB")
    if max(picture.size) > MAX_SIDE:
        picture.thumbnail((MAX_SIDE, MAX_SIDE))
    # Pillow has red first, the engine's models blue.
    result = _engine()(numpy.ascontiguousarray(numpy.asarray(picture)[:, :, ::-1]))
    if result.boxes is None or result.txts is None:
        return []
    lines = []
    for corners, text in zip(result.boxes, result.txts, strict=True):
        xs, ys = corners[:, 0], corners[:, 1]
        box = (float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))
        if text.strip():
            lines.append((box, " ".join(text.split())))
    return _paragraphs(lines, picture.size, number)


def _rows(lines: list) -> list[list]:
    """Lines side by side gathered into rows, from top to bottom."""
    rows: list[list] = []
    for line in sorted(lines, key=lambda each: (each[0][1] + each[0][3]) / 2):
        box = line[0]
        last = rows[-1][0][0] if rows else None
        middle = (box[1] + box[3]) / 2
        if (
            last
            and last[1] < middle < last[3]
            and abs(middle - (last[1] + last[3]) / 2) < 0.5 * (box[3] - box[1])
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda each: each[0][0])
    return rows


def _mended(rows: list[list]) -> list[list]:
    """Table rows whose first cell takes several lines, with these lines put before the others."""
    wide = max(rows, key=len)
    if len(wide) < 3 or sum(len(row) == len(wide) for row in rows) < 2:
        return rows
    edge = wide[1][0][0] - 5
    mended: list[list] = []
    for row in rows:
        last = mended[-1] if mended else None
        touching = last and row[0][0][1] < max(box[3] for box, _ in last)
        labels = last and all(box[2] < edge for box, _ in last)
        if touching and labels and row[0][0][0] > edge and len(row) == len(wide) - 1:
            mended[-1] = [*last, *row]
        elif touching and len(row) == 1 and row[0][0][2] < edge and len(last) >= len(wide):
            mended[-1] = [_under(last[0], row[0]), *last[1:]]
        else:
            mended.append(row)
    return mended


def _under(one: tuple, two: tuple) -> tuple:
    a, b = one[0], two[0]
    box = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    return box, f"{one[1]} {two[1]}"


def _paragraphs(lines: list, size: tuple[int, int], number: int) -> list[Block]:
    if not lines:
        return []
    rows = _mended(_rows(lines))
    height = median(box[3] - box[1] for box, _ in lines)
    groups: list[list[list]] = []
    for row in rows:
        last = groups[-1][-1] if groups and not ITEM.match(row[0][1]) else None
        # Pieces far apart on one row are cells or columns: such a row stands for itself.
        if last and len(row) == len(last) == 1 and _goes_on(last[0][0], row[0][0], height):
            groups[-1].append(row)
        else:
            groups.append([row])
    return _headed([_block(group, size, number) for group in groups])


def _headed(blocks: list[Block]) -> list[Block]:
    """The blocks, table rows with the header that their table's first row is."""
    headed: list[Block] = []
    head = ""
    for index, block in enumerate(blocks):
        if block.kind != "table_row":
            head = ""
        elif head:
            block = replace(block, header=head)
        elif index + 1 < len(blocks) and blocks[index + 1].kind == "table_row":
            below = [one.text.split(" | ") for one in blocks[index + 1 :]]
            head = block.text if looks_like_header(block.text.split(" | "), below) else ""
        headed.append(block)
    return headed


def _goes_on(above: tuple, below: tuple, height: float) -> bool:
    gap = below[1] - above[3]
    tall, small = max(above[3] - above[1], below[3] - below[1]), height
    aligned = abs(above[0] - below[0]) < 3 * height
    return gap < 0.7 * height and aligned and tall < 1.5 * small


def _block(group: list[list], size: tuple[int, int], number: int) -> Block:
    table = len(group) == 1 and len(group[0]) > 1
    glue = " | " if table and len(group[0]) > 2 else " "
    text, spans = "", []
    for line in (line for row in group for line in row):
        (left, top, right, bottom), words = line
        if text.endswith("-") and words[0].islower() and not table:
            text = text[:-1]
        elif text:
            text += glue
        start = len(text)
        text += words
        box = (left / size[0], top / size[1], right / size[0], bottom / size[1])
        spans.append(Span(start, len(text), number, *(min(max(v, 0.0), 1.0) for v in box)))
    return Block("table_row" if glue == " | " else "paragraph", text, spans=tuple(spans))


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
            for index in range(frames):
                image.seek(index)
                upright = ImageOps.exif_transpose(image)
                pages.append(Page(index + 1, read_picture(upright, index + 1), ocr=True))
                if progress:
                    progress(index + 1, frames)
    except Image.DecompressionBombError as error:
        raise KnowledgeError(
            "The picture is too large. Save it with fewer pixels and upload it again."
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise KnowledgeError("The picture is damaged. Save it anew and upload it again.") from error
    return Extraction(pages, paged=frames > 1)
