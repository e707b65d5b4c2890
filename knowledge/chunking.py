"""Blocks to passages: whole sentences under their headings, no longer than the model reads."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from knowledge import sentences
from knowledge.extract.blocks import Block, Extraction, Span
from knowledge.token_limits import BETWEEN_HEADINGS, Section, fits

# Raised whenever the same file would give other passages.
GENERATION = 1

# Five passages fill the budget of 4,200 characters that evaluation compares at, headings included.
TARGET_CHARACTERS = 680
# A section that is shorter than this shares its passage with the next one.
SHORT_SECTION = 240
# A table row is whole up to here; beyond lies what was never meant to be read as one.
LONGEST_ROW = 8000


@dataclass(slots=True)
class Chunk:
    """A passage to be. `spans`, `sentences` and `page_starts` count in characters of `text`.

    A span is (start, end, page, left, top, right, bottom). `page_starts` says where each page of a
    passage that runs on over a page's end begins.
    """

    headings: str
    text: str
    page: int
    spans: list[tuple] = field(default_factory=list)
    sentences: list[tuple[int, int]] = field(default_factory=list)
    page_starts: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Unit:
    """What is never cut: a sentence, a list item, a table row, a heading inside a passage.

    `spans` are those of its block, in which it begins at character `start`. `is_heading` is also
    true of a table's header row: neither answers anything by itself.
    """

    text: str
    page: int
    spans: tuple[Span, ...]
    separator: str
    header: str = ""
    is_heading: bool = False
    start: int = 0

    @property
    def row(self):
        """A row follows its header directly, or another row under it."""
        return self.header, self.text


@dataclass(slots=True)
class Draft:
    """A passage under way."""

    section: Section
    units: list[Unit] = field(default_factory=list)
    # At most so many a model reads of it; 0 where nobody counted.
    tokens: int = 0

    @property
    def length(self):
        return sum(len(unit.text) + 1 for unit in self.units)

    @property
    def only_headings(self):
        return all(unit.is_heading for unit in self.units)


def chunk(
    extraction: Extraction, title: str, count_tokens: Callable[[str], int], window: int
) -> list[Chunk]:
    """The passages of a file, in order.

    `count_tokens` counts as the embedding model does, whose `window` in tokens holds a passage with
    its headings. Only a single table row that is longer by itself goes over it.
    """
    drafts: list[Draft] = []
    path: list[str] = []
    short = partial(fits, count_tokens=count_tokens, window=window // 2)
    section = Section(headline(title, path, short), count_tokens, window)
    for block, page in blocks(extraction):
        if block.kind == "heading":
            path = [*path[: max(block.level, 1) - 1], block.text]
            section = Section(headline(title, path, short), count_tokens, window)
            open_section(drafts, section, block, page)
            continue
        for unit in units(block, page, section.holds):
            add(drafts, section, unit)
    chunks = [finish(draft) for draft in drafts if draft.units and not draft.only_headings]
    if drafts and not chunks:
        # A poster, or slides with titles alone: the headings are all that it says.
        return chunk(without_headings(extraction), title, count_tokens, window)
    return chunks


def blocks(extraction: Extraction) -> Iterable[tuple[Block, int]]:
    """The blocks with their pages, without the NUL characters that no database takes."""
    for page in extraction.pages:
        for block in page.blocks:
            if "\0" in block.text or "\0" in block.header:
                text, header = block.text.replace("\0", " "), block.header.replace("\0", " ")
                block = replace(block, text=text, header=header)
            if block.text.strip():
                yield block, page.number


def without_headings(extraction: Extraction) -> Extraction:
    """The same text, its headings as paragraphs."""
    pages = [
        replace(page, blocks=[replace(block, kind="paragraph") for block in page.blocks])
        for page in extraction.pages
    ]
    return replace(extraction, pages=pages)


def headline(title: str, path: list[str], fitting: Callable[[str], bool]) -> str:
    """The title and the headings, without a heading that says the title again.

    What is too long for `fitting` loses its middle headings, and then its end.
    """
    parts = [title] if title else []
    for part in path:
        if part and all(part.casefold() not in earlier.casefold() for earlier in parts):
            parts.append(part)
    while len(parts) > 2 and not fitting(BETWEEN_HEADINGS.join(parts)):
        del parts[1]
    text = BETWEEN_HEADINGS.join(parts)
    while not fitting(text):
        text = text[: len(text) // 2]
    return text


def open_section(drafts: list[Draft], section: Section, block: Block, page: int):
    """A heading begins a passage, or goes into a short one that it follows."""
    if drafts and drafts[-1].units and drafts[-1].length < SHORT_SECTION:
        drafts[-1].units.append(Unit(block.text, page, block.spans, "\n", is_heading=True))
        drafts[-1].tokens = 0
    else:
        drafts.append(Draft(section))


def units(block: Block, page: int, fitting: Callable[[str], bool]) -> Iterable[Unit]:
    """A row or a list item as one unit where it fits, else and otherwise its sentences."""
    row = block.kind == "table_row" and len(block.text) <= LONGEST_ROW
    if row or (block.kind == "list_item" and len(block.text) < 400 and fitting(block.text)):
        header = block.header if len(block.header) < TARGET_CHARACTERS else ""
        yield Unit(block.text, page, block.spans, "\n", header)
        return
    separator = "\n"
    for start, end in sentences.split(block.text):
        for first, last in pieces(block.text, start, end, fitting):
            text = block.text[first:last]
            yield Unit(text, page, block.spans, separator, start=first)
            separator = " "


def pieces(
    text: str, start: int, end: int, fitting: Callable[[str], bool]
) -> Iterable[tuple[int, int]]:
    """A sentence, or its parts between words where it is longer than a passage."""
    while start < end:
        size = min(end - start, TARGET_CHARACTERS)
        while size > 1 and not fitting(text[start : start + size]):
            size //= 2
        stop = start + size
        if stop < end:
            space = text.rfind(" ", start + 1, stop)
            stop = space if space > start else stop
        yield start, stop
        start = stop + (text[stop : stop + 1] == " ")


def cut(spans: Iterable[Span], start: int, end: int) -> Iterable[Span]:
    """The spans that characters `start` to `end` touch; of a line that goes on beyond, its part."""
    for span in spans:
        if span.start < end and span.end > start:
            whole = span.start >= start and span.end <= end
            yield span if whole else narrowed(span, start, end)


def narrowed(span: Span, start: int, end: int) -> Span:
    """The part of a line's span between two characters, its box cut in proportion."""
    first, last = max(span.start, start), min(span.end, end)
    width = (span.right - span.left) / max(span.end - span.start, 1)
    left = span.left + (first - span.start) * width
    right = span.left + (last - span.start) * width
    return Span(first, last, span.page, left, span.top, right, span.bottom)


def add(drafts: list[Draft], section: Section, unit: Unit):
    """Puts a unit into the passage under way, or begins the next."""
    if not drafts:
        drafts.append(Draft(section))
    draft = drafts[-1]
    if draft.units and unit.text == draft.units[-1].header:
        return  # a header that its table repeats on the next page
    new = with_header(draft, unit)
    if draft.units and not draft.only_headings and is_full(draft, new):
        while draft.units[-1].is_heading:
            draft.units.pop()
        draft = Draft(section)
        drafts.append(draft)
        new = with_header(draft, unit)
    draft.units += new


def with_header(draft: Draft, unit: Unit) -> list[Unit]:
    """A table's row, behind its header where it goes on in another passage."""
    if draft.units and unit.header and draft.units[-1].text == unit.header:
        draft.units[-1].is_heading = True
    if not unit.header or (draft.units and unit.header in draft.units[-1].row):
        return [unit]
    return [Unit(unit.header, unit.page, (), "\n", unit.header, is_heading=True), unit]


def is_full(draft: Draft, new: list[Unit]) -> bool:
    more, section = joined(new), draft.section
    if draft.length + len(section.headings) + len(more) > TARGET_CHARACTERS:
        return True
    tokens = draft.tokens and draft.tokens + section.added(more)
    if not tokens or tokens > section.window:
        text = joined([*draft.units, *new])
        tokens = 0 if section.is_short(text) else section.count(text)
    draft.tokens = tokens
    return tokens > section.window


def joined(units: list[Unit]) -> str:
    return "".join((unit.separator if i else "") + unit.text for i, unit in enumerate(units))


def finish(draft: Draft) -> Chunk:
    text, spans, found, starts = "", [], [], []
    for unit in draft.units:
        if text:
            text += unit.separator
        offset = len(text)
        text += unit.text
        spans += placed(unit, offset)
        if not unit.is_heading:
            found.append((offset, len(text)))
        if not starts or starts[-1][1] != unit.page:
            starts.append((offset, unit.page))
    page = next(unit.page for unit in draft.units if not unit.is_heading)
    return Chunk(draft.section.headings, text, page, spans, found, starts)


def placed(unit: Unit, offset: int) -> Iterable[tuple]:
    """The spans of a unit that begins at a character of a passage."""
    shift = offset - unit.start
    for span in cut(unit.spans, unit.start, unit.start + len(unit.text)):
        box = (span.left, span.top, span.right, span.bottom)
        yield span.start + shift, span.end + shift, span.page, *box
