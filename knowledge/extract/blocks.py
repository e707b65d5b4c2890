"""What extraction gives: pages of blocks, each knowing where on its page it stands."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["heading", "paragraph", "list_item", "table_row"]


@dataclass(slots=True, unsafe_hash=True)
class Span:
    """Characters `start` to `end` of a text stand in this box of a page.

    The box is in fractions of the page, from its top left corner as it is shown (rotation applied).
    Nobody changes one; it is not frozen since that takes three times as long to make, and a
    document has one a line.
    """

    start: int
    end: int
    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item or table row.

    `level` is a heading's depth from 1, or a list item's from 0. `header` is, for a table row, the
    header row of its table ("" for the header itself and for a table without one). The cells of a
    row are joined with " | ".
    """

    kind: Kind
    text: str
    level: int = 0
    header: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(slots=True)
class Page:
    """One page, slide or sheet.

    `number` counts from 1; `warning` says what could not be read.
    """

    number: int
    blocks: list[Block] = field(default_factory=list)
    ocr: bool = False
    warning: str = ""

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.blocks)

    @property
    def readable(self) -> bool:
        """Whether the page has text."""
        return any(c.isalnum() for block in self.blocks for c in block.text)

    @property
    def blank(self) -> bool:
        """Whether no text is missing from a page without any: one that shows some has a warning."""
        return not self.readable and not self.warning


@dataclass(slots=True)
class Extraction:
    """A whole file. `paged` is true where page numbers mean something to a reader (PDF, slides)."""

    pages: list[Page]
    title: str = ""
    paged: bool = False

    @property
    def readable_pages(self) -> int:
        """How many pages have text."""
        return sum(page.readable for page in self.pages)

    @property
    def expected_pages(self) -> int:
        """How many pages should have text: all that show anything."""
        return sum(not page.blank for page in self.pages)

    @property
    def characters(self) -> int:
        return sum(len(block.text) for page in self.pages for block in page.blocks)
