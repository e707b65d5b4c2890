"""Render a handbook source as a PDF, with a text layer or as a simulated scan."""

import io
import random
from xml.sax.saxutils import escape

import pypdfium2
from markdown_blocks import to_blocks
from PIL import Image
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

COMPANY = "Carrowmoyle Engineering Ltd"
NAVY, RULE, TINT = HexColor("#17395c"), HexColor("#b9c4d0"), HexColor("#eef2f6")
MARGIN = 24 * mm
WHOLE = ((0, 0), (-1, -1))
WIDTH = A4[0] - 2 * MARGIN
BOLD = "Helvetica-Bold"
# What a table leaves free beside the text of a cell, on both sides together, in points.
CELL_PADDING = 12.5
BODY = ParagraphStyle(
    "body", fontName="Helvetica", fontSize=10.5, leading=15.5, spaceAfter=8, alignment=TA_LEFT
)
STYLES = {
    1: ParagraphStyle(
        "h1", BODY, fontName="Helvetica-Bold", fontSize=13, leading=17, spaceBefore=11, spaceAfter=5
    ),
    2: ParagraphStyle(
        "h2", BODY, fontName="Helvetica-Bold", fontSize=11, spaceBefore=6, spaceAfter=3
    ),
    "title": ParagraphStyle("title", BODY, fontName="Helvetica-Bold", fontSize=21, leading=26),
    "item": ParagraphStyle("item", BODY, leftIndent=16, bulletIndent=3, spaceAfter=4),
    "note": ParagraphStyle(
        "note", BODY, backColor=TINT, borderPadding=6, leftIndent=8, rightIndent=8, spaceBefore=8
    ),
    "cell": ParagraphStyle("cell", BODY, fontSize=9, leading=11.5, spaceAfter=0),
}
for _key in (1, 2, "title"):
    STYLES[_key].textColor = NAVY
    STYLES[_key].keepWithNext = 1
STYLES["note"].spaceAfter = 13
LONG_TABLE = 11
SCAN_DPI = 200
TILTS = (0.55, -0.4, 0.75)


class NumberedCanvas(Canvas):
    """A canvas that holds its pages back until the page total is known."""

    def __init__(self, *args, meta=None, **kwargs):
        super().__init__(*args, **kwargs)
        self._meta = meta
        self._pages = []

    def showPage(self):  # noqa: N802 - the name is reportlab's
        """Keep the page's state instead of writing it out."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self):
        """Write every kept page with its header and footer."""
        for number, state in enumerate(self._pages, start=1):
            self.__dict__.update(state)
            self._draw_frame(number, len(self._pages))
            super().showPage()
        super().save()

    def _draw_frame(self, number, total):
        top, bottom, right = A4[1] - 15 * mm, 14 * mm, A4[0] - MARGIN
        self.setStrokeColor(RULE)
        self.line(MARGIN, top - 5, right, top - 5)
        self.line(MARGIN, bottom + 11, right, bottom + 11)
        self.setFillColor(NAVY)
        self.setFont("Helvetica-Bold", 8.5)
        self.drawString(MARGIN, top, COMPANY)
        self.setFont("Helvetica", 8.5)
        self.drawRightString(right, top, self._meta["title"])
        footer = f"{self._meta['number']}  |  Version {self._meta['version']}"
        self.drawString(MARGIN, bottom, f"{footer}  |  Effective {self._meta['effective']}")
        self.drawRightString(right, bottom, f"Page {number} of {total}")


def write_pdf(source, target):
    """Render the source to the target path as an ordinary PDF."""
    target.write_bytes(_pdf_bytes(source))


def write_scan(source, target):
    """Render the source as page images only: tilted, grainy and without a text layer."""
    document = pypdfium2.PdfDocument(_pdf_bytes(source))
    canvas = Canvas(str(target), pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(source.meta["output"].removesuffix(".pdf"))
    for index, page in enumerate(document):
        picture = page.render(scale=SCAN_DPI / 72, grayscale=True).to_pil()
        canvas.drawImage(ImageReader(_scanned(picture, index)), 0, 0, *A4)
        canvas.showPage()
    canvas.save()


def _scanned(picture, index):
    """A JPEG of the page as an office scanner would deliver it."""
    tilted = picture.convert("L").rotate(
        TILTS[index % len(TILTS)], resample=Image.Resampling.BICUBIC, fillcolor=236
    )
    size = (tilted.width // 2, tilted.height // 2)
    noise = random.Random(index).randbytes(size[0] * size[1])  # noqa: S311 - a fixed seed
    grain = Image.frombytes("L", size, noise)
    noisy = Image.blend(tilted, grain.resize(tilted.size), 0.07)
    jpeg = io.BytesIO()
    noisy.save(jpeg, "JPEG", quality=34, dpi=(SCAN_DPI, SCAN_DPI))
    jpeg.seek(0)
    return jpeg


def _pdf_bytes(source):
    buffer, meta = io.BytesIO(), source.meta
    template = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=24 * mm,
        bottomMargin=23 * mm,
        title=meta["title"],
        author=COMPANY,
        subject=meta["number"],
        invariant=1,
    )
    template.build(
        _story(source), canvasmaker=lambda *args, **kw: NumberedCanvas(*args, meta=meta, **kw)
    )
    return buffer.getvalue()


def _story(source):
    flowables = _front(source.meta)
    for block in to_blocks(source.tokens):
        flowables.extend(_flowables(block))
    return flowables


def _front(meta):
    """The title and the document control box at the top of page one."""
    labels = (("Document", "number"), ("Version", "version"), ("Effective", "effective"))
    labels += (("Owner", "owner"), ("Applies to", "applies"), ("Next review", "review"))
    cells = [
        Paragraph(f"<b>{label}:</b> {escape(meta[key])}", STYLES["cell"]) for label, key in labels
    ]
    box = Table([cells[:3], cells[3:]], colWidths=[WIDTH / 3] * 3)
    box.setStyle(TableStyle([("BACKGROUND", *WHOLE, TINT), ("VALIGN", *WHOLE, "TOP")]))
    return [Paragraph(escape(meta["title"]), STYLES["title"]), Spacer(1, 4), box, Spacer(1, 8)]


def _flowables(block):
    if block.kind == "pagebreak":
        return [PageBreak()]
    if block.kind == "table":
        return [_table(block.rows), Spacer(1, 10)]
    if block.kind == "heading":
        return [Paragraph(_markup(block.inline), STYLES[block.level])]
    if block.kind == "item":
        bullet = f"{block.number}." if block.number else "\u2022"
        return [Paragraph(_markup(block.inline), STYLES["item"], bulletText=bullet)]
    return [Paragraph(_markup(block.inline), STYLES.get(block.kind, BODY))]


def _table(rows):
    cells = [[Paragraph(_markup(cell), STYLES["cell"]) for cell in row] for row in rows]
    cells[0] = [Paragraph(f"<b>{_markup(cell)}</b>", STYLES["cell"]) for cell in rows[0]]
    table = Table(cells, colWidths=_widths(rows), repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), TINT),
                ("LINEBELOW", (0, 0), (-1, 0), 1, NAVY),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, RULE),
                ("VALIGN", *WHOLE, "TOP"),
                ("TOPPADDING", *WHOLE, 3.5),
                ("BOTTOMPADDING", *WHOLE, 4.5),
            ]
        )
    )
    if len(rows) <= LONG_TABLE:
        table.setStyle(TableStyle([("NOSPLIT", *WHOLE)]))
    return table


def _widths(rows):
    """Share the width by the longest text in each column, within bounds; no word is broken.

    Columns that are narrower than their widest word take from what the others have to spare.
    """
    columns = list(zip(*rows, strict=True))
    weights = [min(max(*(len(cell.content) for cell in column), 9), 38) for column in columns]
    widths = [WIDTH * weight / sum(weights) for weight in weights]
    needed = [_widest_word(column) + CELL_PADDING for column in columns]
    pairs = list(zip(widths, needed, strict=True))
    missing = sum(max(need - width, 0) for width, need in pairs)
    if not missing:
        return widths
    left = 1 - missing / sum(max(width - need, 0) for width, need in pairs)
    return [need + max(width - need, 0) * left for width, need in pairs]


def _widest_word(column):
    """The width of a column's widest word in points; its first cell is the bold heading."""
    plain, size = STYLES["cell"].fontName, STYLES["cell"].fontSize
    widest = 0
    for row, cell in enumerate(column):
        font = BOLD if row == 0 or "**" in cell.content else plain
        words = cell.content.replace("**", "").split()
        widest = max([widest, *(stringWidth(word, font, size) for word in words)])
    return widest


def _markup(inline):
    """reportlab's paragraph markup for an inline token."""
    tags = {"strong_open": "<b>", "strong_close": "</b>", "em_open": "<i>", "em_close": "</i>"}
    parts = []
    for child in inline.children:
        if child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        else:
            parts.append(tags.get(child.type) or escape(child.content))
    return "".join(parts)
