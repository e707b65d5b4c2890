"""Render a handbook source as a Word document."""

import io
import zipfile
from datetime import datetime

from docx import Document
from docx.shared import Pt
from markdown_blocks import to_blocks

FIXED_DATE = datetime(2026, 1, 5, 9, 0)


def write_docx(source, target):
    """Render the source to the target path; the same source gives the same bytes."""
    document = Document()
    _prepare(document, source.meta)
    for block in to_blocks(source.tokens):
        _add(document, block)
    buffer = io.BytesIO()
    document.save(buffer)
    target.write_bytes(_with_fixed_dates(buffer.getvalue()))


def _prepare(document, meta):
    """Set the properties, the running header and the title block."""
    properties = document.core_properties
    properties.title, properties.subject = meta["title"], meta["number"]
    properties.author = properties.last_modified_by = "Carrowmoyle Engineering Ltd"
    properties.comments = ""
    properties.created = properties.modified = FIXED_DATE
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(10.5)
    header = document.sections[0].header.paragraphs[0]
    header.text = f"Carrowmoyle Engineering Ltd\t\t{meta['number']} version {meta['version']}"
    document.add_heading(meta["title"], level=0)
    document.add_paragraph(
        f"Document {meta['number']}, version {meta['version']}, effective {meta['effective']}. "
        f"Owner: {meta['owner']}. Applies to: {meta['applies']}. Next review: {meta['review']}."
    )


def _add(document, block):
    if block.kind == "pagebreak":
        document.add_page_break()
    elif block.kind == "table":
        _add_table(document, block.rows)
    elif block.kind == "heading":
        document.add_heading(block.inline.content, level=block.level)
    else:
        _add_runs(document.add_paragraph(style=_style(block)), block.inline)


def _style(block):
    if block.kind == "note":
        return "Intense Quote"
    if block.kind == "item":
        return "List Number" if block.number else "List Bullet"
    return "Normal"


def _add_table(document, rows):
    table = document.add_table(rows=0, cols=len(rows[0]), style="Light Grid Accent 1")
    for row in rows:
        for cell, inline in zip(table.add_row().cells, row, strict=True):
            _add_runs(cell.paragraphs[0], inline)
    document.add_paragraph()


def _add_runs(paragraph, inline):
    bold = italic = False
    for child in inline.children:
        if child.type in ("strong_open", "strong_close"):
            bold = child.type == "strong_open"
        elif child.type in ("em_open", "em_close"):
            italic = child.type == "em_open"
        else:
            run = paragraph.add_run(child.content or " ")
            run.bold, run.italic = bold or None, italic or None


def _with_fixed_dates(data):
    """Rewrite the archive so that no entry carries the time of the build."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, FIXED_DATE.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return buffer.getvalue()
