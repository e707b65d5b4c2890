"""Word files, read from their XML: that way the strict variant is read as well."""

import posixpath
import zipfile
from dataclasses import dataclass

from lxml import etree

from ..errors import KnowledgeError
from .blocks import Block, Extraction, Page
from .charts import chart_blocks
from .tables import MAX_REPEATED, table_blocks
from .word_numbers import Numbers

MAX_DEPTH = 40
# Deleted text, field codes, and the copies kept for older programs.
DROPPED = {"del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "rPr", "tblPr", "sectPr"}
# What stands before the parts of a formula, so that it can be read in one line.
MATHS = {"sup": "^", "sub": "_", "den": "/", "func": " ", "oMath": " "}
SPACES = {"tab", "br", "cr", "ptab"}


def name_of(node) -> str:
    """An element's name without its namespace, which differs between the variants of the format."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def value_of(node, name: str = "val") -> str | None:
    """An attribute of an element whatever its namespace."""
    for key, value in node.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return None


def child(node, *names: str):
    """The descendant at the end of a path of names, or None."""
    for name in names:
        if node is None:
            return None
        node = next((each for each in node if name_of(each) == name), None)
    return node


@dataclass(slots=True)
class Style:
    """What a paragraph style says: its heading level and its list."""

    level: int = 0
    title: bool = False
    number: tuple[str, int] | None = None
    based_on: str = ""


def extract(path) -> Extraction:
    """The text of a DOCX file."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        main = _main_part(archive, names)
        folder = posixpath.dirname(main)
        reader = _Reader(
            styles=_styles(_part(archive, names, f"{folder}/styles.xml")),
            numbers=Numbers(_part(archive, names, f"{folder}/numbering.xml")),
        )
        root = _part(archive, names, main)
        body = child(root, "body")
        if body is None:
            raise KnowledgeError("The Word file is damaged. Open it in Word and save it anew.")
        blocks = reader.body(body, 0)
        for notes in ("footnotes", "endnotes"):
            part = _part(archive, names, f"{folder}/{notes}.xml")
            blocks += reader.notes(part) if part is not None else []
        for name in sorted(names):
            if name.startswith(f"{folder}/charts/chart") and name.endswith(".xml"):
                blocks += chart_blocks(archive.read(name))
        title = _title(_part(archive, names, "docProps/core.xml"))
    return Extraction([Page(1, blocks)], title)


def _main_part(archive, names: list[str]) -> str:
    relations = _part(archive, names, "_rels/.rels")
    for relation in () if relations is None else relations:
        if (relation.get("Type") or "").endswith("/officeDocument"):
            target = (relation.get("Target") or "").lstrip("/")
            if target in names:
                return target
    return "word/document.xml"


def _part(archive, names: list[str], name: str):
    if name not in names:
        return None
    # Entities and the network are off: a document is not to fetch or to expand anything.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(archive.read(name), parser)


def _title(core) -> str:
    if core is None:
        return ""
    node = next((each for each in core if name_of(each) == "title"), None)
    return " ".join((node.text or "").split()) if node is not None else ""


def _styles(root) -> dict[str, Style]:
    styles: dict[str, Style] = {}
    for node in () if root is None else root:
        if name_of(node) != "style" or value_of(node, "type") != "paragraph":
            continue
        name = (value_of(child(node, "name")) or "") if child(node, "name") is not None else ""
        properties = child(node, "pPr")
        based = child(node, "basedOn")
        style = Style(
            number=_number(properties),
            based_on=(value_of(based) or "") if based is not None else "",
        )
        outline = child(properties, "outlineLvl") if properties is not None else None
        words = name.lower().split()
        if words[:1] == ["heading"] and words[-1].isdigit():
            style.level = int(words[-1])
        elif words == ["title"]:
            style.level, style.title = 1, True
        elif outline is not None and (value_of(outline) or "9") in "012345678":
            style.level = int(value_of(outline)) + 1
        styles[value_of(node, "styleId") or ""] = style
    return styles


def _number(properties) -> tuple[str, int] | None:
    """The list and the level that paragraph properties name."""
    listed = child(properties, "numPr") if properties is not None else None
    if listed is None:
        return None
    number, level = child(listed, "numId"), child(listed, "ilvl")
    depth = value_of(level) if level is not None else "0"
    if number is None:
        return None
    return value_of(number) or "0", int(depth) if (depth or "").isdigit() else 0


class _Reader:
    def __init__(self, styles: dict[str, Style], numbers: Numbers):
        self.styles = styles
        self.numbers = numbers

    def body(self, node, depth: int) -> list[Block]:
        """The paragraphs and tables within an element, in their order."""
        blocks: list[Block] = []
        if depth > MAX_DEPTH:
            return blocks
        for each in node:
            name = name_of(each)
            if name == "p":
                blocks += self.paragraph(each, depth)
            elif name == "tbl":
                blocks += self.table(each, depth)
            elif name not in DROPPED:
                blocks += self.body(each, depth + 1)
        return blocks

    def notes(self, root) -> list[Block]:
        """Footnotes or endnotes, but not the lines that separate them from the text."""
        return [
            block
            for note in root
            if value_of(note, "type") in (None, "normal")
            for block in self.body(note, 0)
        ]

    def paragraph(self, node, depth: int) -> list[Block]:
        text = " ".join("".join(_texts(node)).split())
        blocks = [self._block(node, text)] if text else []
        for box in _boxes(node):
            blocks += self.body(box, depth + 1)
        return blocks

    def _block(self, node, text: str) -> Block:
        properties = child(node, "pPr")
        level, number = self._looks(properties)
        mark = self.numbers.mark(*number) if number else ""
        if level:
            return Block("heading", f"{mark} {text}" if mark not in ("", "-") else text, level)
        if mark and number:
            return Block("list_item", f"{mark} {text}", number[1])
        return Block("paragraph", text)

    def _looks(self, properties) -> tuple[int, tuple[str, int] | None]:
        """The heading level and the list of a paragraph, its own or its styles'."""
        own = child(properties, "pStyle") if properties is not None else None
        level, number = 0, _number(properties)
        outline = child(properties, "outlineLvl") if properties is not None else None
        if outline is not None and (value_of(outline) or "9") in "012345678":
            level = int(value_of(outline)) + 1
        style, seen = (value_of(own) or "") if own is not None else "", set()
        while style in self.styles and style not in seen:
            seen.add(style)
            found = self.styles[style]
            level = level or found.level
            number = number or found.number
            style = found.based_on
        return min(level, 9), None if number and number[0] == "0" else number

    def table(self, node, depth: int) -> list[Block]:
        rows, named = [], False
        wide = 0
        above: dict[int, str] = {}
        for row in _rows(node):
            cells = self._cells(row, depth, above)
            wide = max(wide, len(cells))
            properties = child(row, "trPr")
            if not rows and properties is not None:
                head = child(properties, "tblHeader")
                named = head is not None and value_of(head) not in ("0", "false", "off")
            rows.append(cells)
        if wide < 2:
            # A frame round text, not a table: what is in it keeps its own form.
            return [block for row in _rows(node) for block in self.body(row, depth + 1)]
        named = named or _bold_row(next(_rows(node), None), node)
        return table_blocks(rows, header=True if named else None)

    def _cells(self, row, depth: int, above: dict[int, str]) -> list[str]:
        """The texts of a row's cells; `above` keeps by column what a merged cell stands for."""
        cells: list[str] = []
        for cell in _inner(row, "tc"):
            properties = child(cell, "tcPr")
            merge = child(properties, "vMerge") if properties is not None else None
            span = child(properties, "gridSpan") if properties is not None else None
            if merge is not None and value_of(merge) in (None, "continue"):
                text = above.get(len(cells), "")
            else:
                text = " ".join(block.text for block in self.body(cell, depth + 1))
                above[len(cells)] = text if merge is not None and len(text) <= MAX_REPEATED else ""
            cells.append(text)
            width = (value_of(span) or "1") if span is not None else "1"
            cells += [""] * (min(int(width), 60) - 1 if width.isdigit() else 0)
        return cells


def _inner(node, name: str):
    """Children of a name, content controls and the like looked through."""
    for each in node:
        if name_of(each) == name:
            yield each
        elif name_of(each) in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _inner(each, name)


def _rows(table):
    return _inner(table, "tr")


def _bold_row(row, table) -> bool:
    """Whether the first row's text is all bold and the rest of the table is not."""
    first, rest = _bold_share(row), _bold_share(table)
    return first > 0.95 and rest < 0.7


def _bold_share(node) -> float:
    strong = total = 0
    for run in () if node is None else node.iter("{*}r"):
        size = sum(len(text.text or "") for text in run.iter("{*}t"))
        bold = child(run, "rPr", "b")
        total += size
        strong += size * (bold is not None and value_of(bold) not in ("0", "false", "off"))
    return strong / total if total else 0.0


def _texts(node):
    """The pieces of a paragraph's own text; text boxes in it are paragraphs of their own."""
    for each in node:
        name = name_of(each)
        if name == "t":
            yield each.text or ""
        elif name in SPACES:
            yield " "
        elif name == "noBreakHyphen":
            yield "-"
        elif name in MATHS and len(each):
            yield MATHS[name]
            yield from _texts(each)
        elif name not in DROPPED and name != "txbxContent":
            yield from _texts(each)


def _boxes(node):
    for each in node:
        if name_of(each) == "txbxContent":
            yield each
        elif name_of(each) not in DROPPED:
            yield from _boxes(each)
