"""Web pages: their main content without scripts, navigation and what is hidden."""

import re
from pathlib import Path

from lxml import etree
from lxml import html as lxml_html

from .blocks import Block, Extraction, Page
from .tables import MAX_REPEATED, table_blocks
from .text import CONTROL, decode

DROPPED = {
    *("script", "style", "noscript", "template", "nav", "head", "svg", "iframe", "object"),
    *("canvas", "select", "datalist", "audio", "video", "map"),
}
BLOCKS = {
    *("p", "div", "section", "article", "main", "header", "footer", "aside", "address", "body"),
    *("blockquote", "figure", "figcaption", "details", "summary", "fieldset", "legend", "form"),
    *("dl", "dt", "dd", "ul", "ol", "hr", "center", "table", "tr", "td", "th", "thead", "tbody"),
    *("tfoot", "caption", "hgroup", "dialog", "search", "menu", "html", "option", "button"),
}
# What nobody sees is no part of a page, and a place to hide instructions for a language model.
HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0*(?:\.0+)?%?\s*(?:;|$|!)"
    r"|font-size\s*:\s*0*(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|$|!)"
    r"|(?:left|right|top|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(0"
    r"|color\s*:\s*transparent",
    re.IGNORECASE,
)
WHITE = re.compile(
    r"(?<![\w-])color\s*:\s*(?:#fff(?:fff)?\b|white\b|rgb\(255,\s*255,\s*255\))", re.IGNORECASE
)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
# XML closes an empty element in its own tag, which as HTML would swallow all that follows.
SELF_CLOSED = re.compile(
    r"<(title|script|style|textarea|iframe|noscript|select|object)\b([^<>]*)/>", re.IGNORECASE
)
CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
# The main part is taken for the whole where it holds this share of the page's text.
MAIN_SHARE = 0.3
MAX_DEPTH = 200
# A longer cell in a mail is the mail's own text.
MAX_MAIL_CELL = 300


def extract(path) -> Extraction:
    """The text of an HTML file."""
    blocks, title = html_blocks(decode_page(Path(path).read_bytes()))
    return Extraction([Page(1, blocks)], title)


def decode_page(data: bytes) -> str:
    """As text decodes it, save that a page which isn't UTF-8 may name its encoding."""
    declared = CHARSET.search(data[:4096])
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            try:
                text = data.decode(declared.group(1).decode("ascii"), errors="replace")
                return CONTROL.sub("", text)
            except LookupError:
                pass
    return decode(data)


def html_blocks(text: str, mail: bool = False) -> tuple[list[Block], str]:
    """The blocks and the title of a web page or a piece of one; `mail` expects fewer tables."""
    text = DECLARATION.sub("", text)
    if "/xhtml" in text[:1000]:
        text = SELF_CLOSED.sub(r"<\1\2></\1>", text)
    if not text.strip():
        return [], ""
    try:
        root = lxml_html.document_fromstring(text, parser=lxml_html.HTMLParser(huge_tree=True))
    except (etree.ParserError, etree.XMLSyntaxError):
        return [], ""
    title = " ".join((root.findtext(".//title") or "").split())
    walker = _Walker(mail)
    walker.element(_main(root), 0)
    walker.flush()
    return walker.blocks, title


def _main(root):
    mains = root.xpath("//main | //*[@role='main']")
    body = root.find("body")
    body = root if body is None else body
    only = mains[0] if len(mains) == 1 and not _hidden(mains[0]) else body
    enough = len(only.text_content()) > MAIN_SHARE * len(body.text_content())
    return only if enough else body


def _hidden(node) -> bool:
    return (
        node.get("hidden") is not None
        or node.get("aria-hidden") == "true"
        or bool(HIDDEN.search(node.get("style") or ""))
        or node.get("role") == "navigation"
        or _white(node)
    )


def _white(node) -> bool:
    """Whether the text is white, and nothing says that it may stand on another colour."""
    if not WHITE.search(node.get("style") or ""):
        return False
    around = [node, *node.iterancestors()]
    return not any(
        "background" in (one.get("style") or "") or one.get("bgcolor") or one.get("class")
        for one in around
    )


class _Walker:
    """Walks the elements and gathers running text into blocks."""

    def __init__(self, mail: bool = False):
        self.mail = mail
        self.blocks: list[Block] = []
        self.parts: list[str] = []
        self.lists: list[int | None] = []
        self.marker = ""

    def flush(self, kind: str = "paragraph", level: int = 0) -> None:
        """Ends the running text as a block."""
        text = " ".join("".join(self.parts).split())
        self.parts = []
        if not text:
            return
        if self.marker and kind == "paragraph":
            kind, level = "list_item", max(len(self.lists) - 1, 0)
            text, self.marker = self.marker + text, ""
        self.blocks.append(Block(kind, text, level))

    def element(self, node, depth: int) -> None:
        """One element with all that is in it; the text after it is its parent's."""
        tag = node.tag if isinstance(node.tag, str) else ""
        if not tag or tag in DROPPED or _hidden(node):
            return
        if depth > MAX_DEPTH:
            self.parts.append(" " + node.text_content() + " ")
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._heading(node, int(tag[1]), depth)
        elif tag == "table" and _is_data(node) and not (self.mail and _is_layout(node)):
            self._table(node)
        elif tag == "pre":
            self._code(node)
        elif tag == "li":
            self._item(node, depth)
        elif tag in ("ul", "ol"):
            self._list(node, tag, depth)
        elif tag == "br":
            self.parts.append(" ")
        elif tag in BLOCKS:
            self.flush()
            self._inside(node, depth)
            self.flush()
        else:
            self._inside(node, depth)
        if tag in ("input", "textarea"):
            self.parts.append(" " + (node.get("value") or "") + " ")

    def _inside(self, node, depth: int) -> None:
        self.parts.append(node.text or "")
        for child in node:
            self.element(child, depth + 1)
            self.parts.append(child.tail or "")

    def _heading(self, node, level: int, depth: int) -> None:
        self.flush()
        marker, self.marker = self.marker, ""
        self._inside(node, depth)
        self.flush("heading", level)
        self.marker = marker

    def _list(self, node, tag: str, depth: int) -> None:
        self.flush()
        start = node.get("start") or "1"
        number = int(start) if start.isdigit() else 1
        self.lists.append(number if tag == "ol" else None)
        self._inside(node, depth)
        self.flush()
        self.lists.pop()

    def _item(self, node, depth: int) -> None:
        self.flush()
        number = self.lists[-1] if self.lists else None
        self.marker = "- " if number is None else f"{number}. "
        if number is not None:
            self.lists[-1] = number + 1
        self._inside(node, depth)
        self.flush()
        self.marker = ""

    def _code(self, node) -> None:
        self.flush()
        text = node.text_content().strip("\n").rstrip()
        if text.strip():
            self.blocks.append(Block("paragraph", text))

    def _table(self, node) -> None:
        self.flush()
        caption = node.find("caption")
        if caption is not None:
            self.parts.append(_cell_text(caption))
            self.flush()
        rows = node.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr")
        named = bool(rows) and (
            rows[0].getparent().tag == "thead"
            or all(cell.tag == "th" for cell in rows[0].xpath("./td | ./th"))
        )
        self.blocks += table_blocks(_grid(rows), header=True if named else None)


def _grid(rows: list) -> list[list[str]]:
    """The cells' texts in their columns; one that spans several is written in the first."""
    held: dict[int, int] = {}
    texts: dict[int, str] = {}
    grid = []
    for row in rows:
        line: list[str] = []
        for cell in row.xpath("./td | ./th"):
            while held.get(len(line), 0) > 0:
                held[len(line)] -= 1
                line.append(texts.get(len(line), ""))
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            text = _cell_text(cell)
            for column in range(len(line), len(line) + wide):
                held[column], texts[column] = high - 1, ""
            # A row is read by itself, so it repeats the short label that stands for several.
            texts[len(line)] = text if len(text) <= MAX_REPEATED else ""
            line += [text, *[""] * (wide - 1)]
        for column in [c for c in held if c >= len(line) and held[c] > 0]:
            held[column] -= 1
        grid.append([] if _hidden(row) else line)
    return grid


def _span(cell, name: str) -> int:
    value = cell.get(name) or "1"
    return min(int(value), 100) if value.isdigit() and value != "0" else 1


def _cell_text(cell) -> str:
    walker = _Walker()
    walker._inside(cell, 0)
    walker.flush()
    return " ".join(block.text for block in walker.blocks)


def _is_data(table) -> bool:
    """Whether a table holds data: rows and columns, not the layout of a page."""
    if table.get("role") in ("presentation", "none"):
        return False
    rows = table.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr")
    widest = max((len(row.xpath("./td | ./th")) for row in rows), default=0)
    if len(rows) < 2 or widest < 2:
        return False
    longest = max(len(cell.text_content()) for row in rows for cell in row.xpath("./td | ./th"))
    return longest < 3000 or not table.xpath(".//table | .//h1 | .//h2 | .//p")


def _is_layout(table) -> bool:
    """Whether a table only places the parts of a mail, as most tables in mails do."""
    cells = [cell.text_content().strip() for cell in table.xpath(".//td | .//th")]
    filled = [cell for cell in cells if cell]
    nested = bool(table.xpath(".//table"))
    return (
        nested or 2 * len(filled) <= len(cells) or max(map(len, filled), default=0) > MAX_MAIL_CELL
    )
