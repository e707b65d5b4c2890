"""RTF files: their text with headings, lists and tables.

The control words are those of the Rich Text Format specification 1.9.1.
"""

import re
from pathlib import Path

from ..errors import KnowledgeError
from .blocks import Block, Extraction, Page
from .rtf_words import CHARSETS, CODE_PAGES, DROPPED, KEPT, LETTERS, State, is_property
from .tables import table_blocks
from .zipped import DAMAGED

TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+"
    r"|([^\\{}\r\n]+)|\\"
)
MAX_GROUPS = 5000


def extract(path) -> Extraction:
    """The text of an RTF file, without headers, comments and what is hidden or deleted."""
    reader = _Reader(Path(path).read_bytes().decode("latin-1"))
    reader.read()
    return Extraction([Page(1, reader.blocks)], reader.title)


class _Reader:
    def __init__(self, source: str):
        self.source = source
        self.blocks: list[Block] = []
        self.notes: list[Block] = []
        self.title = ""
        self.parts: list[str] = []
        self.bytes = bytearray()
        self.stack: list[State] = []
        self.state = State()
        self.page = "cp1252"
        self.fonts: dict[int, str] = {}
        self.levels: dict[int, int] = {}
        self.skip = 0
        self.cells: list[str] = []
        self.rows: list[list[str]] = []
        self.named: bool | None = None
        self.mark = ""
        self.acts = {word: getattr(self, f"_{word}") for word in ACTS}

    def read(self) -> None:
        """Goes through the file."""
        at, size = 0, len(self.source)
        while at < size:
            token = TOKEN.match(self.source, at)
            at = token.end()
            word, number, pair, sign, brace, text = token.groups()
            if pair:
                self._byte(bytes.fromhex(pair))
            elif text:
                self._byte(text.encode("latin-1"))
            elif word == "bin":
                at += max(int(number or 0), 0)
            elif word:
                self._flush_bytes()
                self._word(word, int(number) if number else None)
            elif brace:
                self._flush_bytes()
                self._brace(brace)
                if not self.stack and brace == "}":
                    break
            elif sign:
                self._flush_bytes()
                self._sign(sign)
        self._flush_bytes()
        self._paragraph()
        self._flush_table()

    def _byte(self, data: bytes) -> None:
        """Letters in the font's code page; those that stand for a Unicode letter are skipped."""
        skipped = min(self.skip, len(data))
        self.skip -= skipped
        self.bytes += data[skipped:]

    def _flush_bytes(self) -> None:
        if self.bytes:
            page = self.fonts.get(self.state.font) or self.page
            try:
                text = self.bytes.decode(page, errors="replace")
            except LookupError:
                text = self.bytes.decode("cp1252", errors="replace")
            self.bytes.clear()
            self._write(text)

    def _write(self, text: str) -> None:
        target = self.state.target
        if target == "text" and not (self.state.hidden or self.state.deleted):
            self.parts.append(text)
        elif target == "mark":
            self.mark += text
        elif target == "title":
            self.title += text
        elif target == "stylesheet" and text.lower().startswith("heading "):
            level = text[8:].strip(" ;")
            if level.isdigit():
                self.levels.setdefault(self.state.style, min(int(level), 9))

    def _brace(self, brace: str) -> None:
        if brace == "{":
            if len(self.stack) >= MAX_GROUPS:
                raise KnowledgeError(DAMAGED)
            self.stack.append(self.state)
            self.state = self.state.copy()
        elif self.stack:
            if self.state.target == "text" and self.state.note:
                self._end_note()
            self.state = self.stack.pop()
        self.skip = 0

    def _end_note(self) -> None:
        """A footnote's text is put off to behind the paragraph in which it stands."""
        if not self.stack[-1].note:
            text = _clean("".join(self.parts[self.state.note - 1 :]))
            del self.parts[self.state.note - 1 :]
            self.notes += [Block("paragraph", text)] if text else []

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self.state.optional = True
        elif sign in "{}\\":
            self._byte(sign.encode())
        elif sign in "\r\n":
            self._word("par", None)
        else:
            self._write({"~": " ", "_": "-"}.get(sign, ""))

    def _word(self, word: str, number: int | None) -> None:
        state = self.state
        optional, state.optional = state.optional, False
        act = self.acts.get(word)
        if act:
            act(number)
        elif word in DROPPED or is_property(word) or (optional and word not in KEPT):
            state.target = "none"
        elif word in LETTERS:
            self._write(LETTERS[word])
        elif word in CODE_PAGES:
            self.page = CODE_PAGES[word]

    def _ansicpg(self, number) -> None:
        self.page = "utf-8" if number == 65001 else f"cp{number or 1252}"

    def _fonttbl(self, number) -> None:
        self.state.target = "fonts"

    def _stylesheet(self, number) -> None:
        self.state.target = "stylesheet"

    def _info(self, number) -> None:
        self.state.target = "info"

    def _title(self, number) -> None:
        self.state.target = "title" if self.state.target == "info" else "none"

    def _listtext(self, number) -> None:
        if self.state.target == "text":
            self.state.target = "mark"

    _pntext = _listtext

    def _footnote(self, number) -> None:
        self.state.note = len(self.parts) + 1

    def _f(self, number) -> None:
        self.state.font = number or 0

    def _fcharset(self, number) -> None:
        if self.state.target == "fonts" and number in CHARSETS:
            self.fonts[self.state.font] = CHARSETS[number]

    def _uc(self, number) -> None:
        self.state.replaced = max(number or 0, 0)

    def _u(self, number) -> None:
        # Numbers above 32,767 are written as negative ones.
        self._write(chr((number or 0) % 65536))
        self.skip = self.state.replaced

    def _v(self, number) -> None:
        self.state.hidden = number != 0

    def _deleted(self, number) -> None:
        self.state.deleted = number != 0

    def _plain(self, number) -> None:
        self.state.hidden = self.state.deleted = False

    def _pard(self, number) -> None:
        self.state.style, self.state.level, self.state.in_table, self.state.depth = 0, 0, False, 0

    def _s(self, number) -> None:
        self.state.style = number or 0

    def _outlinelevel(self, number) -> None:
        level = number + 1 if number is not None and 0 <= number < 9 else 0
        self.state.level = level
        if self.state.target == "stylesheet" and level:
            self.levels[self.state.style] = level

    def _ilvl(self, number) -> None:
        self.state.depth = max(number or 0, 0)

    def _intbl(self, number) -> None:
        self.state.in_table = True

    def _trhdr(self, number) -> None:
        self.named = True

    def _cell(self, number) -> None:
        self.cells.append(self._taken())
        self.mark = ""

    def _row(self, number) -> None:
        if self.cells:
            self.rows.append(self.cells)
        self.cells = []

    def _par(self, number) -> None:
        if self.state.target != "text":
            return
        if self.state.note or self.state.in_table:
            self.parts.append(" ")
        else:
            self._flush_table()
            self._paragraph()

    _sect = _page = _par

    def _paragraph(self) -> None:
        text, mark = self._taken(), _clean(self.mark)
        level = self.state.level or self.levels.get(self.state.style, 0)
        self.mark = ""
        if text and level:
            self.blocks.append(Block("heading", f"{mark} {text}".strip(), level))
        elif text and mark:
            sign = mark if any(map(str.isalnum, mark)) else "-"
            self.blocks.append(Block("list_item", f"{sign} {text}", self.state.depth))
        elif text:
            self.blocks.append(Block("paragraph", text))
        self.blocks += self.notes
        self.notes = []

    def _taken(self) -> str:
        text = _clean("".join(self.parts))
        self.parts = []
        return text

    def _flush_table(self) -> None:
        self.blocks += table_blocks(self.rows, header=self.named)
        self.rows, self.named = [], None


ACTS = {
    *("ansicpg", "fonttbl", "stylesheet", "info", "title", "listtext", "pntext", "footnote", "f"),
    *("fcharset", "uc", "u", "v", "deleted", "plain", "pard", "s", "outlinelevel", "ilvl", "intbl"),
    *("trhdr", "cell", "row", "par", "sect", "page"),
}


def _clean(text: str) -> str:
    """A text in one line; halves of a character beyond the first 65,536 come one by one."""
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return " ".join(text.split())
