"""PowerPoint files: every slide is a page."""

from .blocks import Block, Extraction, Page
from .charts import chart_blocks
from .office_comments import slide_comments
from .office_pictures import UNREAD, Pictures
from .package import Package, parsed
from .tables import table_blocks

MAX_DEPTH = 20
DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"


def extract(path, progress=None) -> Extraction:
    """The text of a PPTX file with its tables, charts, diagrams, pictures, notes and comments."""
    from pptx.package import Package as Deck

    # `pptx.Presentation` refuses shows and templates, which differ by a name in the file alone.
    deck = Deck.open(str(path)).main_document_part.presentation
    pages, count, done = [], len(deck.slides), 0

    def tell() -> None:
        if progress:
            progress(done, count)

    pictures = Pictures(tell)
    with Package(path) as package:
        for done, slide in enumerate(deck.slides, start=1):
            pages.append(_page(done, slide, pictures, package))
            tell()
    return Extraction(pages, (deck.core_properties.title or "").strip(), paged=True)


def _page(number: int, slide, pictures: Pictures, package: Package) -> Page:
    reader = _Shapes(slide, pictures)
    blocks = reader.read() + slide_comments(package, slide.part.partname.lstrip("/"))
    unread = not blocks and reader.pictures > 0
    return Page(number, blocks, warning=UNREAD if unread else "")


class _Shapes:
    """Reads the shapes of one slide, and counts its pictures."""

    def __init__(self, slide, reader: Pictures):
        self.slide = slide
        self.reader = reader
        self.pictures = 0

    def read(self) -> list[Block]:
        """The slide's title, then its shapes in the order in which they lie, then its notes."""
        slide = self.slide
        title = slide.shapes.title
        blocks: list[Block] = []
        if title is not None and title.has_text_frame:
            text = " ".join(title.text_frame.text.split())
            blocks += [Block("heading", text, 1)] if text else []
        key = title.shape_id if title is not None else None
        for shape in slide.shapes:
            if shape.shape_id != key:
                blocks += self._shape(shape, 0)
        blocks += self._newer_shapes()
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            blocks += _frame_blocks(slide.notes_slide.notes_text_frame, plain=True)
        return blocks

    def _shape(self, shape, depth: int) -> list[Block]:
        inner = getattr(shape, "shapes", None)
        if inner is not None and depth < MAX_DEPTH:
            return [block for each in inner for block in self._shape(each, depth + 1)]
        if getattr(shape, "has_table", False) and shape.has_table:
            return _table(shape.table)
        if getattr(shape, "has_chart", False) and shape.has_chart:
            return chart_blocks(shape.chart.part.blob)
        if shape._element.tag.endswith("}pic"):
            return self._picture(shape)
        if shape.has_text_frame:
            return _frame_blocks(shape.text_frame, plain=not _is_body(shape))
        return self._diagram(shape)

    def _picture(self, shape) -> list[Block]:
        from pptx.exc import PythonPptxError

        self.pictures += 1
        try:
            data = shape.image.blob
        except (OSError, ValueError, KeyError, AttributeError, PythonPptxError):
            # A picture may be a link, or missing; the slide can still be read.
            return []
        return self.reader.read(data)

    def _diagram(self, shape) -> list[Block]:
        """The words of a SmartArt drawing, an item for each of its boxes."""
        for node in shape._element.iter(f"{{{DIAGRAM}}}relIds"):
            try:
                root = parsed(self.slide.part.related_part(node.get(RELATED)).blob)
            except KeyError:
                return []
            points = [] if root is None else root.iter(f"{{{DIAGRAM}}}pt")
            texts = [_runs(body) for point in points for body in point.iter("{*}t") if len(body)]
            return [Block("list_item", f"- {text}") for text in texts if text]
        return []

    def _newer_shapes(self) -> list[Block]:
        """Text of shapes that the library skips, being newer than the file format's first form."""
        blocks = []
        for node in self.slide.shapes._spTree.iterchildren("{*}AlternateContent"):
            choice = next(iter(node), None)
            for paragraph in () if choice is None else choice.iter("{*}p"):
                text = _runs(paragraph)
                blocks += [Block("paragraph", text)] if text else []
        return blocks


def _runs(node) -> str:
    """The text of a node's runs, as one line."""
    return " ".join("".join(run.text or "" for run in node.iter("{*}t") if not len(run)).split())


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
