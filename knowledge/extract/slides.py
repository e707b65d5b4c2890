"""PowerPoint files: every slide is a page."""

import io
from dataclasses import replace

from .blocks import Block, Extraction, Page
from .charts import chart_blocks
from .tables import table_blocks

MAX_DEPTH = 20
# Pictures smaller than this in pixels, or with fewer letters, are logos and photographs.
MAX_PICTURES = 60
MIN_WIDTH = 200
MIN_HEIGHT = 60
MIN_LETTERS = 8
MAX_PIXELS = 80_000_000


def extract(path) -> Extraction:
    """The text of a PPTX file with its tables, charts and notes."""
    from pptx import Presentation

    deck = Presentation(path)
    pages, pictures = [], _Pictures()
    for number, slide in enumerate(deck.slides, start=1):
        pages.append(Page(number, _slide_blocks(slide, pictures)))
    return Extraction(pages, (deck.core_properties.title or "").strip(), paged=True)


def _slide_blocks(slide, reader: "_Pictures") -> list[Block]:
    title = slide.shapes.title
    blocks: list[Block] = []
    if title is not None and title.has_text_frame:
        text = " ".join(title.text_frame.text.split())
        blocks += [Block("heading", text, 1)] if text else []
    key = title.shape_id if title is not None else None
    for shape in slide.shapes:
        if shape.shape_id != key:
            blocks += _shape_blocks(shape, 0, reader)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        blocks += _frame_blocks(slide.notes_slide.notes_text_frame, plain=True)
    return blocks


def _shape_blocks(shape, depth: int, reader: "_Pictures") -> list[Block]:
    inner = getattr(shape, "shapes", None)
    if inner is not None and depth < MAX_DEPTH:
        return [block for each in inner for block in _shape_blocks(each, depth + 1, reader)]
    if getattr(shape, "has_table", False) and shape.has_table:
        return _table(shape.table)
    if getattr(shape, "has_chart", False) and shape.has_chart:
        return chart_blocks(shape.chart.part.blob)
    if shape._element.tag.endswith("}pic"):
        return reader.read(shape)
    if shape.has_text_frame:
        return _frame_blocks(shape.text_frame, plain=not _is_body(shape))
    return []


class _Pictures:
    """Reads the pictures on slides by OCR: screenshots and pasted tables hold text too."""

    def __init__(self):
        self.seen: set[str] = set()

    def read(self, shape) -> list[Block]:
        """The text of a picture, unless it has been read already or is too small for any."""
        from PIL import Image
        from pptx.exc import PythonPptxError

        from . import ocr

        try:
            data, key = shape.image.blob, shape.image.sha1
            if key in self.seen or len(self.seen) >= MAX_PICTURES:
                return []
            self.seen.add(key)
            with Image.open(io.BytesIO(data)) as image:
                small = image.width < MIN_WIDTH or image.height < MIN_HEIGHT
                if small or image.width * image.height > MAX_PIXELS:
                    return []
                blocks = ocr.read_picture(image, 1)
        except (OSError, ValueError, KeyError, AttributeError, PythonPptxError):
            # Linked pictures and Windows metafiles can't be read; the slide still can.
            return []
        if sum(c.isalpha() for block in blocks for c in block.text) < MIN_LETTERS:
            return []
        # The boxes are those within the picture, not on the slide.
        return [replace(block, spans=()) for block in blocks]


def _is_body(shape) -> bool:
    """Whether a shape is a slide's body, whose paragraphs are its points."""
    from pptx.enum.shapes import PP_PLACEHOLDER

    if not shape.is_placeholder:
        return False
    return shape.placeholder_format.type in (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT)


def _frame_blocks(frame, plain: bool) -> list[Block]:
    blocks = []
    lines = [(" ".join(p.text.split()), p.level, _mark(p)) for p in frame.paragraphs]
    lines = [line for line in lines if line[0]]
    for text, level, mark in lines:
        listed = mark if mark is not None else (not plain and len(lines) > 1) or level > 0
        if listed:
            blocks.append(Block("list_item", f"- {text}", level))
        else:
            blocks.append(Block("paragraph", text))
    return blocks


def _mark(paragraph) -> bool | None:
    """Whether the paragraph itself says that it has a bullet or none."""
    properties = paragraph._p.pPr
    for child in () if properties is None else properties:
        name = child.tag.rpartition("}")[2]
        if name in ("buChar", "buAutoNum", "buBlip"):
            return True
        if name == "buNone":
            return False
    return None


def _table(table) -> list[Block]:
    rows = [
        ["" if cell.is_spanned else " ".join(cell.text_frame.text.split()) for cell in row.cells]
        for row in table.rows
    ]
    return table_blocks(rows, header=True if table.first_row else None)
