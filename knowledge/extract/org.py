"""Org files, as Emacs keeps them (orgmode.org/worg/org-syntax.html)."""

import re
import textwrap
from pathlib import Path

from .blocks import Block, Extraction, Page
from .tables import table_blocks
from .text import decode

HEADING = re.compile(r"^(\*+)\s+(?:(?:TODO|DONE)\s+)?(?:\[#\w\]\s+)?(.*?)(?:\s+:[\w@#%:]+:)?\s*$")
ITEM = re.compile(r"^(\s*)([-+]|\d+[.)]|\s\*)\s+(?:\[[ X-]\]\s+)?(.*)$")
KEYWORD = re.compile(r"^\s*#\+(\w+):?\s*(.*)$")
DRAWER = re.compile(r"^\s*:[\w-]+:\s*$")
RULE = re.compile(r"^\s*\|[-+|]*\|?\s*$")
PLANNING = re.compile(r"^\s*(?:CLOSED|DEADLINE|SCHEDULED):\s")
LINK = re.compile(r"\[\[([^\[\]]{1,2000})\](?:\[([^\[\]]{0,2000})\])?\]")
MARK = re.compile(r"(?<![\w*/=~+_])([*/=~+_])(?=\S)([^\n]{0,300}?\S)\1(?![\w*/=~+_])")


def extract(path) -> Extraction:
    """The text of an Org file, its settings, drawers and comments left out."""
    reader = _Reader()
    for line in decode(Path(path).read_bytes()).expandtabs(4).split("\n"):
        reader.line(line.rstrip())
    reader.flush()
    first = reader.blocks[0] if reader.blocks else None
    named = first.text if first and first.kind == "heading" else ""
    return Extraction([Page(1, reader.blocks)], reader.title or named)


class _Reader:
    """Gathers lines into blocks."""

    def __init__(self):
        self.blocks: list[Block] = []
        self.title = ""
        self.held: list[str] = []
        self.rows: list[list[str]] = []
        self.item: tuple[str, int] | None = None
        self.verbatim = self.dropped = ""
        self.header = False

    def line(self, line: str) -> None:
        """One line of the file."""
        if self.verbatim or self.dropped:
            self._within(line)
        elif heading := HEADING.match(line):
            self.flush()
            level = len(heading.group(1))
            self.blocks.append(Block("heading", plain(heading.group(2)), level))
        elif RULE.match(line) and self.rows:
            self.header = self.header or len(self.rows) == 1
        elif line.lstrip().startswith("|"):
            self._row(line)
        elif keyword := KEYWORD.match(line):
            self._keyword(keyword.group(1).lower(), keyword.group(2))
        elif DRAWER.match(line):
            self.flush()
            self.dropped = ":end:"
        elif not line.strip() or line.startswith("# ") or PLANNING.match(line):
            self.flush()
        elif item := ITEM.match(line):
            self.flush()
            mark = item.group(2).strip()
            self.item = (f"{mark if mark[0].isdigit() else '-'} ", len(item.group(1)) // 2)
            self.held = [item.group(3)]
        else:
            self._flush_table()
            self.held.append(line)

    def _row(self, line: str) -> None:
        if not self.rows:
            self.flush()
        if not RULE.match(line):
            cells = line.strip().strip("|").split("|")
            self.rows.append([plain(cell.strip()) for cell in cells])

    def _keyword(self, name: str, value: str) -> None:
        self.flush()
        if name == "title":
            self.title = plain(value)
        elif name == "caption":
            self.blocks.append(Block("paragraph", plain(value)))
        elif name in ("begin_src", "begin_example"):
            self.verbatim = name.replace("begin", "#+end")
        elif name in ("begin_comment", "begin_export"):
            self.dropped = name.replace("begin", "#+end")

    def _within(self, line: str) -> None:
        """A line within code, which is kept as it is, or within what is left out."""
        if line.strip().lower().startswith(self.verbatim or self.dropped):
            text = textwrap.dedent("\n".join(self.held)).strip("\n")
            if self.verbatim and text.strip():
                self.blocks.append(Block("paragraph", text))
            self.held, self.verbatim, self.dropped = [], "", ""
        elif self.verbatim:
            self.held.append(line)
        elif HEADING.match(line):
            # A drawer that never ends must not swallow the rest.
            self.dropped = ""
            self.line(line)

    def flush(self) -> None:
        """Ends the paragraph, the item or the table that is under way."""
        self._flush_table()
        text = plain(" ".join(" ".join(self.held).split()))
        if text and self.item:
            self.blocks.append(Block("list_item", self.item[0] + text, self.item[1]))
        elif text:
            self.blocks.append(Block("paragraph", text))
        self.held, self.item = [], None

    def _flush_table(self) -> None:
        self.blocks += table_blocks(self.rows, header=True if self.header else None)
        self.rows, self.header = [], False


def plain(text: str) -> str:
    """A line without its marks: links by their words, emphasis without its signs."""
    text = LINK.sub(lambda found: found.group(2) or found.group(1), text)
    return MARK.sub(r"\2", text)
