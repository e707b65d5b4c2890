"""OpenDocument files: texts (ODT), spreadsheets (ODS) and presentations (ODP).

The elements are those of OASIS OpenDocument 1.3, part 3.
"""

import zipfile

from ..errors import KnowledgeError
from .blocks import Block, Extraction, Page
from .sheets import MAX_COLUMNS
from .tables import MAX_CELLS, refuse_size, sheet_blocks, table_blocks
from .word import child, name_of, value_of
from .zipped import DAMAGED, parse_xml

MAX_DEPTH = 60
MAX_SPACES = 100
# Deleted text, comments, lists of contents (which say each heading twice) and what is no text.
DROPPED = {
    *("tracked-changes", "annotation", "annotation-end", "table-of-content", "sequence-decls"),
    *("variable-decls", "user-field-decls", "forms", "settings", "ruby-text", "bibliography-mark"),
    *("alphabetical-index", "illustration-index", "table-index", "calculation-settings"),
    *("header-decl", "footer-decl", "date-time-decl", "shapes", "event-listeners"),
}
SPACES = {"tab": " ", "line-break": " "}
BLOCKS = {"p", "h", "list", "table", "section", "text-box", "frame", "numbered-paragraph"}


def extract(path) -> Extraction:
    """The text of an ODT, ODS or ODP file."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        root = parse_xml(archive.read("content.xml"))
        styles = parse_xml(archive.read("styles.xml")) if "styles.xml" in names else root
        title = _title(archive, names)
    body = child(root, "body")
    document = next(iter(body), None) if body is not None else None
    if document is None:
        raise KnowledgeError(DAMAGED)
    if name_of(document) == "spreadsheet":
        return Extraction(_sheets(document), title)
    if name_of(document) in ("presentation", "drawing"):
        return Extraction(_slides(document), title, paged=True)
    reader = _Reader(_headers(root), _numbered(styles) | _numbered(root))
    return Extraction([Page(1, reader.inside(document, 0))], title)


def _title(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "meta.xml" not in names:
        return ""
    node = parse_xml(archive.read("meta.xml")).find(".//{*}title")
    return " ".join((node.text or "").split()) if node is not None else ""


def _headers(root) -> set[str]:
    """The names of paragraph styles that stand for a document's title."""
    styles = root.iter("{*}style")
    return {"Title"} | {
        value_of(style, "name") or ""
        for style in styles
        if value_of(style, "parent-style-name") == "Title"
    }


def _numbered(root) -> set[tuple[str, int]]:
    """The list styles that number their items, each with the levels that it does so on."""
    return {
        (value_of(style, "name") or "", int(value_of(level, "level") or 1) - 1)
        for style in root.iter("{*}list-style")
        for level in style
        if name_of(level) == "list-level-style-number" and value_of(level, "num-format")
    }


def _slides(document) -> list[Page]:
    pages, reader = [], _Reader()
    for slide in document:
        if name_of(slide) != "page":
            continue
        blocks = reader.inside(slide, 0)
        first = [block for block in blocks if block.kind == "heading"]
        rest = [block for block in blocks if block.kind != "heading"]
        pages.append(Page(len(pages) + 1, [*first, *rest]))
    return pages


def _sheets(document) -> list[Page]:
    pages, reader = [], _Reader()
    for table in document.iterchildren("{*}table"):
        rows = reader.rows(table, 0)
        pages.append(Page(len(pages) + 1, sheet_blocks(value_of(table, "name") or "", rows)))
    return pages


class _Reader:
    """Gathers blocks; footnotes follow the paragraph that they belong to."""

    def __init__(self, titles: set[str] = frozenset(), numbered: set = frozenset()):
        self.titles = titles
        self.numbered = numbered
        self.style = ""
        self.counts: dict[tuple[str, int], int] = {}
        self.later: list[Block] = []
        self.budget = MAX_CELLS

    def inside(self, node, depth: int, level: int = 0, mark: str = "") -> list[Block]:
        """The blocks of all that an element holds."""
        blocks: list[Block] = []
        for each in node if depth < MAX_DEPTH else ():
            blocks += self.block(each, depth + 1, level, mark)
        return blocks

    def block(self, node, depth: int, level: int, mark: str) -> list[Block]:
        """The blocks of one element, within a list of that level where `mark` says so."""
        name = name_of(node)
        if name in DROPPED or value_of(node, "display") == "none":
            return []
        if name in ("p", "h"):
            return self._paragraph(node, depth, level, mark)
        if name == "list":
            return self._list(node, depth, level)
        if name == "table":
            return table_blocks(self.rows(node, depth), header=_named(node))
        if name == "frame" and value_of(node, "class") in ("title", "subtitle"):
            return self._slide_title(node, depth)
        if name == "frame" and value_of(node, "class") in ("page-number", "date-time", "footer"):
            return []
        return self.inside(node, depth, level, mark)

    def _slide_title(self, node, depth: int) -> list[Block]:
        text = " ".join(block.text for block in self.inside(node, depth))
        kind = "heading" if value_of(node, "class") == "title" else "paragraph"
        return [Block(kind, text, 1 if kind == "heading" else 0)] if text else []

    def _paragraph(self, node, depth: int, level: int, mark: str) -> list[Block]:
        held, self.later = self.later, []
        text = " ".join("".join(self._texts(node, depth)).split())
        later, self.later = self.later, held
        block = []
        if text and name_of(node) == "h":
            outline = value_of(node, "outline-level") or "1"
            block = [Block("heading", text, int(outline) if outline.isdigit() else 1)]
        elif text and value_of(node, "style-name") in self.titles:
            block = [Block("heading", text, 1)]
        elif text and mark:
            block = [Block("list_item", mark + text, level)]
        elif text:
            block = [Block("paragraph", text)]
        return [*block, *later]

    def _texts(self, node, depth: int):
        """The pieces of a paragraph; what is a block of its own in it is put off to after it."""
        yield node.text or ""
        for each in node if depth < MAX_DEPTH else ():
            name = name_of(each)
            if name == "s":
                count = value_of(each, "c") or "1"
                yield " " * (min(int(count), MAX_SPACES) if count.isdigit() else 1)
            elif name in SPACES:
                yield SPACES[name]
            elif name == "note":
                self.later += self.inside(each, depth + 1) if value_of(each, "note-class") else []
            elif name in BLOCKS:
                self.later += self.block(each, depth + 1, 0, "")
            elif name and name not in DROPPED and name not in ("title", "desc"):
                yield from self._texts(each, depth + 1)
            yield each.tail or ""

    def _list(self, node, depth: int, level: int) -> list[Block]:
        blocks: list[Block] = []
        # A list within a list has the style of the one around it, unless it names its own.
        outer, self.style = self.style, value_of(node, "style-name") or self.style
        key = (self.style, level)
        count = self.counts.get(key, 0) if value_of(node, "continue-numbering") == "true" else 0
        for item in node:
            if name_of(item) == "list-item":
                count += 1
                mark = f"{count}. " if key in self.numbered else "- "
                blocks += self._item(item, depth, level, mark)
            elif name_of(item) == "list-header":
                blocks += self._item(item, depth, level, "")
        self.counts[key], self.style = count, outer
        return blocks

    def _item(self, item, depth: int, level: int, mark: str) -> list[Block]:
        """An item's paragraphs, of which only the first has the mark."""
        blocks: list[Block] = []
        for each in item:
            deeper = level + 1 if name_of(each) == "list" else level
            found = self.block(each, depth + 1, deeper, mark)
            blocks += found
            if found and name_of(each) == "p":
                mark = ""
        return blocks

    def rows(self, table, depth: int) -> list[list[str]]:
        """The cells' texts. Repeated empty rows and cells are not written out."""
        rows: list[list[str]] = []
        for row in _inner(table, "table-row"):
            cells = self._cells(row, depth + 1)
            times = _times(row, "number-rows-repeated", MAX_CELLS) if cells else 1
            self.budget -= len(cells) * times
            if self.budget < 0:
                refuse_size()
            rows += [cells] * times
        return rows

    def _cells(self, row, depth: int) -> list[str]:
        cells: list[str] = []
        for cell in row:
            if name_of(cell) not in ("table-cell", "covered-table-cell"):
                continue
            texts = [block.text for block in self.inside(cell, depth)]
            # A lone point in a cell is no list.
            texts = [text.removeprefix("- ") for text in texts] if len(texts) == 1 else texts
            text = " ".join(texts) if name_of(cell) == "table-cell" else ""
            times = _times(cell, "number-columns-repeated", MAX_COLUMNS)
            cells += [text] * min(times, MAX_COLUMNS - len(cells))
        while cells and not cells[-1]:
            cells.pop()
        return cells


def _times(node, name: str, most: int) -> int:
    value = value_of(node, name) or "1"
    return min(int(value), most) if value.isdigit() else 1


def _named(table) -> bool | None:
    """True where the table says which of its rows are the header."""
    return True if child(table, "table-header-rows") is not None else None


def _inner(node, name: str):
    """Children of a name, groups of rows looked through."""
    for each in node:
        if name_of(each) == name:
            yield each
        elif name_of(each) in ("table-header-rows", "table-row-group", "table-rows"):
            yield from _inner(each, name)
