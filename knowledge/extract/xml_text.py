"""XML files of any kind: the text in its order, titles as headings, rows and records as tables."""

import re
from html.entities import html5
from pathlib import Path

from .blocks import Block, Extraction, Page
from .html import html_blocks
from .tables import table_blocks
from .word import child, name_of
from .zipped import parse_xml

TITLES = {
    *("title", "head", "heading", "article-title", "invention-title", "headline", "subject"),
    *("doctitle", "book-title", "chapter-title", "doc-title"),
}
# Elements whose text is one paragraph, however it is marked up.
PROSE = {"p", "para", "simpara", "paragraph", "abstract-p", "claim-text", "t", "line", "note"}
ROWS = {"tr", "row"}
CELLS = {"td", "th", "entry", "cell"}
BLOCKS = {
    *(
        "table",
        "table-wrap",
        "informaltable",
        "tgroup",
        "list",
        "itemizedlist",
        "orderedlist",
        "ul",
    ),
    *("ol", "li", "listitem", "list-item", "fig", "figure", "sec", "section", "claim-text", "dl"),
    *("p", "para", "disp-quote", "blockquote", "fn", "footnote"),
}
ITEMS = {"li", "listitem", "list-item", "item"}
DROPPED = {"script", "style", "binary", "object-id"}
MARKUP = re.compile(r"</?(?:p|br|a|div|img|span|ul|ol|li|table|h[1-6]|b|i|strong|em)\b", re.I)
MAX_DEPTH = 200
# A record whose values are longer is prose, which is read better under its title.
MAX_CELL = 200
MAX_COLUMNS = 40


def extract(path) -> Extraction:
    """The text of an XML file, without what stands in its attributes."""
    root = parse_xml(Path(path).read_bytes())
    reader = _Reader()
    reader.element(root, 0, 0)
    reader.flush()
    named = next((each for each in root.iter("{*}*") if name_of(each).lower() in TITLES), None)
    return Extraction([Page(1, reader.blocks)], all_text(named) if named is not None else "")


class _Reader:
    """Walks the elements. `level` counts the sections with a title that stand around."""

    def __init__(self):
        self.blocks: list[Block] = []
        self.parts: list[str] = []

    def flush(self, kind: str = "paragraph", level: int = 0, mark: str = "") -> None:
        """Ends the running text as a block; markup that was hidden in it is read as such."""
        text = "".join(self.parts)
        self.parts = []
        if MARKUP.search(text):
            self.blocks += html_blocks(text)[0]
        elif text.strip():
            self.blocks.append(Block(kind, mark + " ".join(text.split()), level))

    def element(self, node, depth: int, level: int) -> None:
        """One element with all that is in it; the text after it is its parent's."""
        name = name_of(node).lower()
        if not name or name in DROPPED:
            return
        if name in TITLES and not _has_blocks(node):
            self._block(node, "heading", max(level, 1))
        elif name in ITEMS and not _is_record(node) and not _has_blocks(node):
            self._block(node, "list_item", 0, "- ")
        elif depth > MAX_DEPTH or _is_prose(node, name):
            self._prose(node, depth, level)
        elif _rows(node):
            self.flush()
            self.blocks += table_blocks(*_table(node))
        else:
            self._children(node, depth, level)

    def _block(self, node, kind: str, level: int, mark: str = "") -> None:
        self.flush()
        self.parts.append(all_text(node))
        self.flush(kind, level, mark)

    def _prose(self, node, depth: int, level: int) -> None:
        """Running text, in which lists and tables are blocks of their own."""
        self.flush()
        if depth > MAX_DEPTH or not _has_blocks(node):
            self.parts.append(all_text(node))
        else:
            self.parts.append(node.text or "")
            for each in node:
                if name_of(each).lower() in BLOCKS or _has_blocks(each):
                    self.flush()
                    self.element(each, depth + 1, level)
                    self.flush()
                else:
                    self.parts.append(all_text(each))
                self.parts.append(each.tail or "")
        self.flush()

    def _children(self, node, depth: int, level: int) -> None:
        """An element that only holds others: a section, a record, or a run of records."""
        self.flush()
        elements = [each for each in node if name_of(each)]
        records = _records(elements)
        if records:
            self.blocks += table_blocks(records, header=True)
            return
        titled = any(name_of(each).lower() in TITLES for each in elements)
        pairs = _is_record(node)
        for each in elements:
            if pairs and not len(each) and name_of(each).lower() not in TITLES:
                self._pair(each)
            else:
                self.element(each, depth + 1, level + titled)

    def _pair(self, node) -> None:
        """A value with its name, without it where the value is prose."""
        text = all_text(node)
        named = text and len(text) <= MAX_CELL and not MARKUP.search(text)
        self.parts.append(f"{name_of(node)}: {text}" if named else text)
        self.flush()


def all_text(node) -> str:
    """All text within an element in one line; named characters are written out."""
    parts = [node.text or ""]
    for each in node.iterdescendants():
        if not isinstance(each.tag, str):
            parts.append(_entity(each))
        elif name_of(each).lower() not in DROPPED:
            parts.append(each.text or "")
        parts.append(each.tail or "")
    return " ".join("".join(parts).split())


def _entity(node) -> str:
    """A named character of HTML; what else a file may name is left out."""
    name = getattr(node, "name", None)
    return html5.get(f"{name};", "") if isinstance(name, str) else ""


def _is_prose(node, name: str) -> bool:
    """Whether text and elements are mixed in an element, or it is known to hold running text."""
    if name in PROSE or not any(name_of(each) for each in node):
        return True
    return bool((node.text or "").strip()) or any((each.tail or "").strip() for each in node)


def _has_blocks(node) -> bool:
    return any(name_of(each).lower() in BLOCKS for each in node.iterdescendants())


def _rows(node) -> list:
    """The rows of a table, without those of tables within it."""
    rows = [each for each in node if name_of(each).lower() in ROWS]
    for each in node:
        if name_of(each).lower() in ("thead", "tbody", "tfoot", "tgroup"):
            rows += _rows(each)
    return rows if any(_cells(row) for row in rows) else []


def _cells(row) -> list:
    return [each for each in row if name_of(each).lower() in CELLS]


def _table(node) -> tuple[list[list[str]], bool | None]:
    rows = _rows(node)
    first = rows[0]
    named = name_of(first.getparent()).lower() == "thead" or all(
        name_of(each).lower() == "th" for each in _cells(first)
    )
    texts = [[all_text(cell) for cell in _cells(row)] for row in rows]
    return texts, True if named else None


def _is_record(node) -> bool:
    """Whether an element holds several short values, each under another name."""
    leaves = [each for each in node if name_of(each) and not len(each)]
    names = {name_of(each).lower() for each in leaves}
    if len(leaves) < 2 or names & (PROSE | ITEMS | BLOCKS | {"text", "content"}):
        return False
    return len(names) > 2 or 2 * len(names) > len(leaves)


def _records(elements: list) -> list[list[str]]:
    """Records of one kind as the rows of a table under their names; [] where they are none."""
    if len(elements) < 2 or len({name_of(each) for each in elements}) > 1:
        return []
    if not all(_is_record(each) and all(not len(leaf) for leaf in each) for each in elements):
        return []
    names = list(
        dict.fromkeys(name_of(leaf) for each in elements for leaf in each if name_of(leaf))
    )
    rows = [[_value(each, name) for name in names] for each in elements]
    longest = max(len(cell) for row in rows for cell in row)
    return [names, *rows] if longest <= MAX_CELL and len(names) <= MAX_COLUMNS else []


def _value(record, name: str) -> str:
    """What a record says under a name, all of it where the name is there more than once."""
    found = child(record, name)
    if found is None:
        return ""
    return ", ".join(all_text(each) for each in record if name_of(each) == name)
