"""Markdown files."""

import re
from functools import cache
from pathlib import Path

from .blocks import Block, Extraction, Page
from .tables import join_cells
from .text import decode

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
TITLE = re.compile(r"^title:[ \t]*(.+)$", re.MULTILINE)


def extract(path) -> Extraction:
    """The text of a Markdown file, its links' addresses left out."""
    text = decode(Path(path).read_bytes())
    title = ""
    front = FRONT_MATTER.match(text)
    if front:
        found = TITLE.search(front.group(1))
        title = found.group(1).strip().strip("\"'") if found else ""
        text = text[front.end() :]
    blocks = markdown_blocks(text)
    if not title:
        first = blocks[0] if blocks else None
        title = first.text if first and first.kind == "heading" else ""
    return Extraction([Page(1, blocks)], title)


def markdown_blocks(text: str) -> list[Block]:
    """The blocks of a text in Markdown."""
    return _Walker().walk(_tokens(text))


def _tokens(text: str) -> list:
    return _parser().parse(text)


@cache
def _parser():
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


class _Walker:
    """Turns the parser's flat list of tokens into blocks."""

    def __init__(self):
        self.blocks: list[Block] = []
        self.lists: list[int | None] = []
        self.marker = ""
        self.heading = 0
        self.row: list[str] = []
        self.header = ""
        self.in_head = False

    def walk(self, tokens: list) -> list[Block]:
        for token in tokens:
            act = getattr(self, f"_{token.type}", None)
            if act:
                act(token)
        return self.blocks

    def _heading_open(self, token) -> None:
        self.heading = int(token.tag[1])

    def _heading_close(self, token) -> None:
        self.heading = 0

    def _bullet_list_open(self, token) -> None:
        self.lists.append(None)

    def _ordered_list_open(self, token) -> None:
        self.lists.append(int(token.attrGet("start") or 1))

    def _bullet_list_close(self, token) -> None:
        self.lists.pop()

    _ordered_list_close = _bullet_list_close

    def _list_item_open(self, token) -> None:
        number = self.lists[-1]
        self.marker = "- " if number is None else f"{number}. "
        if number is not None:
            self.lists[-1] = number + 1

    def _list_item_close(self, token) -> None:
        self.marker = ""

    def _thead_open(self, token) -> None:
        self.in_head, self.header = True, ""

    def _thead_close(self, token) -> None:
        self.in_head = False

    def _tr_open(self, token) -> None:
        self.row = []

    def _td_open(self, token) -> None:
        self.row.append("")

    _th_open = _td_open

    def _tr_close(self, token) -> None:
        text = join_cells(self.row)
        self.row = []
        if text:
            self.blocks.append(Block("table_row", text, header=self.header))
        if self.in_head:
            self.header = text

    def _inline(self, token) -> None:
        self._add(" ".join(inline_text(token.children or []).split()))

    def _add(self, text: str) -> None:
        if not text:
            return
        if self.row:
            self.row[-1] = text
        elif self.heading:
            self.blocks.append(Block("heading", text, self.heading))
        elif self.marker:
            level = max(len(self.lists) - 1, 0)
            self.blocks.append(Block("list_item", self.marker + text, level))
            self.marker = ""
        else:
            self.blocks.append(Block("paragraph", text))

    def _fence(self, token) -> None:
        if token.content.strip():
            self.blocks.append(Block("paragraph", token.content.strip("\n")))

    _code_block = _fence

    def _html_block(self, token) -> None:
        from .html import html_blocks

        self.blocks += html_blocks(token.content)[0]


def inline_text(children: list) -> str:
    """The words of inline tokens: a link's text, a picture's description, no addresses."""
    parts = []
    for child in children:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "image":
            parts.append(inline_text(child.children or []))
        elif child.type == "html_inline" and child.content.lower().startswith("<br"):
            parts.append(" ")
    return "".join(parts)
