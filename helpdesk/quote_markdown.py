"""Quotes as Markdown: paragraphs, lists and tables as they stand in the document."""

import re
from collections.abc import Iterator, Sequence

from helpdesk.events import Quote
from knowledge.found import Found

CELLS = " | "
HEADINGS = " › "
BULLET = re.compile(r"^[-+*•‣▪●○–]\s+")
ITEM = re.compile(r"^([-+*•‣▪●○–]|\(?\w{1,3}[.)])\s+")
SPECIAL = re.compile(r"([\\`*<>|])|(?<!\w)(_)|(_)(?!\w)|(?<=\])\(")
LEADING = re.compile(r"^(#+|[-+>]|\d+[.)])(?=\s)")
# In an answer [n] is a citation; a document's own brackets around a number become round.
MARK = re.compile(r"\[(\d+)\]")
LINK = re.compile(r"\](?=\()")


def is_row(line: str) -> bool:
    """Whether a line is a table row: its cells are joined so."""
    return CELLS in line


def is_item(line: str) -> bool:
    """Whether a line is an item of a list."""
    return bool(ITEM.match(line)) and not is_row(line)


def render(quotes: Sequence[Quote]) -> str:
    """The quotes, each under the name of its document and section, each with its mark."""
    return "\n\n".join(f"{heading(quote)}\n\n{body(quote)}" for quote in quotes)


def heading(quote: Quote) -> str:
    parts = dict.fromkeys([title(quote.passage), section_before(quote.passage, quote.start)])
    return f"**{escaped(HEADINGS.join(parts))}**"


def title(passage: Found) -> str:
    """The name of the passage's document."""
    return passage.headings.split(HEADINGS)[0]


def repeats_title(passage: Found) -> bool:
    """Whether the first of several sentences is the document's title, which heads each quote."""
    first, *others = passage.sentences
    text = passage.text[first.start : first.end]
    return bool(others) and text.casefold() == title(passage).casefold()


def body(quote: Quote) -> str:
    """The lines in blocks of a kind; the mark stands behind the last of them."""
    mark = f"[{quote.number}]"
    blocks: list[tuple[str, list[str]]] = []
    for kind, line in lines_of(quote):
        if not blocks or blocks[-1][0] != kind or kind not in ("row", "item"):
            blocks.append((kind, []))
        blocks[-1][1].append(line)
    parts = [
        RENDER[kind](lines, header_before(quote.passage, quote.start)) for kind, lines in blocks
    ]
    return "\n\n".join(parts) + f" {mark}"


def lines_of(quote: Quote) -> Iterator[tuple[str, str]]:
    """The lines of a quote, each with its kind; a line that stands in no sentence is a heading."""
    place = quote.start
    for line in quote.text.split("\n"):
        own, place = place, place + len(line) + 1
        if not (line := line.strip()):
            continue
        if is_row(line):
            yield "row", line
        elif not any(one.start <= own < one.end for one in quote.passage.sentences):
            yield "heading", line
        else:
            yield "item" if is_item(line) else "prose", line


def subheading(lines: list[str], header: str) -> str:
    return f"**{escaped(lines[0])}**"


def prose(lines: list[str], header: str) -> str:
    return " ".join(escaped(line) for line in lines)


def items(lines: list[str], header: str) -> str:
    """A list; what numbers its items in the document stays."""
    return "\n".join(f"- {escaped(BULLET.sub('', line))}" for line in lines)


def header_before(passage: Found, start: int) -> str:
    """The header of the row that begins at `start`, "" where its table has none."""
    return next((line for line in reversed(above(passage, start)) if is_row(line)), "")


def section_before(passage: Found, start: int) -> str:
    """The heading that `start` stands under: the last one in the passage, or the passage's own."""
    inside = [line for line in above(passage, start) if not is_row(line)]
    return inside[-1] if inside else passage.headings.split(HEADINGS)[-1]


def above(passage: Found, start: int) -> list[str]:
    """The lines before `start` that are no sentences: headings, and headers of tables."""
    sentences = {s.start for s in passage.sentences}
    lines, place = [], 0
    for line in passage.text.split("\n"):
        if place < start and place not in sentences:
            lines.append(line)
        place += len(line) + 1
    return lines


def table(lines: list[str], header: str) -> str:
    """A Markdown table without its last bar, so that a mark may follow in the last cell."""
    rows = [line.split(CELLS) for line in lines if line != header]
    head = header.split(CELLS) if header else []
    width = max(len(row) for row in [*rows, head])
    cells = [pad(head, width), ["---"] * width, *(pad(row, width) for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells).removesuffix(" |").rstrip("| ")


def pad(row: list[str], width: int) -> list[str]:
    return [escaped(cell) for cell in row] + [""] * (width - len(row))


def escaped(line: str) -> str:
    """A document's text, so that none of it is taken for Markdown or for a citation."""
    line = MARK.sub(r"(\1)", line)
    line = SPECIAL.sub(lambda found: "\\" + found.group(), line)
    return LEADING.sub(lambda found: found.group()[:-1] + "\\" + found.group()[-1], line)


RENDER = {"prose": prose, "heading": subheading, "item": items, "row": table}
