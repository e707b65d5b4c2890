"""Jupyter notebooks (IPYNB, nbformat 3 and 4): text, code and what the code printed."""

import re
from pathlib import Path

from ..errors import KnowledgeError
from .blocks import Block, Extraction, Page
from .json_values import parse
from .markdown import markdown_blocks
from .text import decode

# Colours of a terminal.
ESCAPES = re.compile(r"\x1b?\[[0-9;]*m")
MAX_OUTPUT = 20_000
NO_NOTEBOOK = "The file is no notebook though its name says so. Export it anew from Jupyter."


def extract(path) -> Extraction:
    """The text of a notebook. Pictures and other outputs that are no text are left out."""
    book = parse(decode(Path(path).read_bytes()))
    if not isinstance(book, dict):
        raise KnowledgeError(NO_NOTEBOOK)
    cells = book.get("cells")
    if cells is None:
        sheets = [sheet for sheet in book.get("worksheets") or [] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells") or []]
    blocks = [block for cell in cells if isinstance(cell, dict) for block in _cell(cell)]
    first = blocks[0] if blocks else None
    title = first.text if first and first.kind == "heading" else ""
    return Extraction([Page(1, blocks)], title)


def _cell(cell: dict) -> list[Block]:
    text = _joined(cell.get("source", cell.get("input")))
    kind = cell.get("cell_type")
    if kind == "markdown":
        return markdown_blocks(text)
    if kind == "heading":
        level = cell.get("level")
        return [Block("heading", text.strip(), level if isinstance(level, int) else 1)]
    outputs = [_output(each) for each in cell.get("outputs") or [] if isinstance(each, dict)]
    return [Block("paragraph", each) for each in [text.strip("\n"), *outputs] if each.strip()]


def _output(output: dict) -> str:
    """What a cell printed or gave, as plain text."""
    data = output.get("data")
    text = _joined(output.get("text"))
    if isinstance(data, dict):
        text = _joined(data.get("text/plain") or data.get("text/markdown"))
    if output.get("output_type") in ("error", "pyerr"):
        text = f"{output.get('ename', '')}: {output.get('evalue', '')}"
    return ESCAPES.sub("", text)[:MAX_OUTPUT].strip("\n")


def _joined(value) -> str:
    """A text that may be given in lines."""
    lines = value if isinstance(value, list) else [value]
    return "".join(line for line in lines if isinstance(line, str))
