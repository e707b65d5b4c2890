"""reStructuredText files, by the parser of docutils."""

import re
from pathlib import Path

from .blocks import Block, Extraction, Page
from .tables import table_blocks
from .text import decode

# Nothing outside the file is read: no other file, no configuration, no raw output.
SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": 5,
    "halt_level": 6,
    "warning_stream": False,
    "line_length_limit": 1_000_000,
    "doctitle_xform": True,
    "smart_quotes": False,
}
# Directives of Sphinx, which docutils doesn't know: what they hold is kept.
KEPT = (
    *("versionadded", "versionchanged", "deprecated", "seealso", "todo", "tab", "tabs", "dropdown"),
    *("only", "glossary", "details", "admonition-title", "card", "grid", "centered", "describe"),
)
ROLE = re.compile(r"^:[\w:+.-]+:`|`(?:_{1,2})?$")
TARGET = re.compile(r"\s*<[^<>]+>$")


def extract(path) -> Extraction:
    """The text of an RST file."""
    from docutils.core import publish_doctree

    _know_sphinx()
    text = decode(Path(path).read_bytes())
    tree = publish_doctree(text, settings_overrides=SETTINGS)
    reader = _Reader()
    reader.inside(tree, 0)
    title = tree.get("title", "")
    return Extraction([Page(1, reader.blocks)], " ".join(title.split()))


def _know_sphinx() -> None:
    from docutils import nodes
    from docutils.parsers.rst import Directive, directives

    class Kept(Directive):
        optional_arguments = 1
        final_argument_whitespace = True
        has_content = True

        def run(self):
            found = nodes.container()
            if self.arguments and self.name not in ("only",):
                found += nodes.paragraph("", self.arguments[0])
            self.state.nested_parse(self.content, self.content_offset, found)
            return found.children

    for name in KEPT:
        directives.register_directive(name, Kept)


class _Reader:
    """Walks the tree of nodes and makes blocks of them."""

    def __init__(self):
        self.blocks: list[Block] = []
        self.lists = 0
        self.mark = ""

    def inside(self, node, level: int) -> None:
        """All nodes within one, whose headings stand at `level`."""
        for each in node.children:
            act = getattr(self, f"_{each.tagname}", None)
            if act:
                act(each, level)
            elif each.tagname not in DROPPED:
                self.inside(each, level)

    def _section(self, node, level: int) -> None:
        self.inside(node, level + 1)

    def _title(self, node, level: int) -> None:
        self.blocks.append(Block("heading", _text(node), max(level, 1)))

    def _subtitle(self, node, level: int) -> None:
        self._paragraph(node, level)

    def _paragraph(self, node, level: int) -> None:
        text = _text(node)
        if text and self.mark:
            self.blocks.append(Block("list_item", self.mark + text, max(self.lists - 1, 0)))
            self.mark = ""
        elif text:
            self.blocks.append(Block("paragraph", text))

    _term = _caption = _attribution = _rubric = _line = _paragraph

    def _literal_block(self, node, level: int) -> None:
        if node.astext().strip():
            self.blocks.append(Block("paragraph", node.astext().strip("\n")))

    _doctest_block = _math_block = _literal_block

    def _bullet_list(self, node, level: int) -> None:
        start = node.get("start", 1)
        self.lists += 1
        for number, item in enumerate(node.children, start=start):
            self.mark = f"{number}. " if node.tagname == "enumerated_list" else "- "
            self.inside(item, level)
            self.mark = ""
        self.lists -= 1

    _enumerated_list = _bullet_list

    def _field(self, node, level: int) -> None:
        name, body = node.children
        self.blocks.append(Block("paragraph", f"{_text(name)}: {_text(body)}".strip(": ")))

    def _table(self, node, level: int) -> None:
        for each in node.children:
            if each.tagname == "title":
                self._paragraph(each, level)
        rows, named = [], False
        for row in node.findall(lambda each: each.tagname == "row"):
            named = named or row.parent.tagname == "thead"
            rows.append(_cells(row))
        self.blocks += table_blocks(rows, header=True if named else None)

    def _image(self, node, level: int) -> None:
        if node.get("alt"):
            self.blocks.append(Block("paragraph", node["alt"]))

    def _system_message(self, node, level: int) -> None:
        """What docutils does not know or finds wrong: the text is kept, its marks are not."""
        for each in node.children:
            if each.tagname == "literal_block":
                lines = each.astext().split("\n")
                lines = [
                    line.strip() for line in lines if not line.lstrip().startswith((".. ", ":"))
                ]
                text = " ".join(" ".join(lines).split())
                self.blocks += [Block("paragraph", text)] if text else []


DROPPED = {
    *("comment", "substitution_definition", "target", "raw", "docinfo", "pending", "generated"),
    *("meta", "decoration", "index", "label"),
}


def _cells(row) -> list[str]:
    cells = []
    for entry in row.children:
        cells += [_text(entry), *[""] * int(entry.get("morecols", 0))]
    return cells


def _text(node) -> str:
    """A node's words in one line; roles that docutils does not know are taken off their words."""
    parts = []
    for each in node.children:
        if each.tagname == "problematic":
            parts.append(TARGET.sub("", ROLE.sub("", each.astext())))
        elif each.tagname == "image":
            parts.append(each.get("alt") or "")
        elif each.tagname == "#text":
            parts.append(each.astext())
        elif each.tagname not in DROPPED and each.tagname != "system_message":
            parts.append(_text(each))
            if not each.parent.tagname.startswith(("paragraph", "title", "term")):
                parts.append(" ")
    return " ".join("".join(parts).split())
