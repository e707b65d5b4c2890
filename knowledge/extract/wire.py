"""An extraction as JSON and back, for the way out of a child process."""

from .blocks import Block, Extraction, Page, Span

# To how many places each side of a box is told.
PLACES = (5, 5, 5, 5)


def to_dict(extraction: Extraction) -> dict:
    """Plain data; a span is a list in the order of its fields."""
    return {
        "title": extraction.title,
        "paged": extraction.paged,
        "pages": [
            {
                "number": page.number,
                "ocr": page.ocr,
                "warning": page.warning,
                "blocks": [_block(block) for block in page.blocks],
            }
            for page in extraction.pages
        ],
    }


def _block(block: Block) -> dict:
    return {
        "kind": block.kind,
        "text": block.text,
        "level": block.level,
        "header": block.header,
        "spans": [
            [s.start, s.end, s.page, *map(round, (s.left, s.top, s.right, s.bottom), PLACES)]
            for s in block.spans
        ],
    }


def from_dict(data: dict) -> Extraction:
    """The extraction that `to_dict` was given."""
    pages = []
    for page in data["pages"]:
        blocks = [
            Block(
                b["kind"], b["text"], b["level"], b["header"], tuple(Span(*s) for s in b["spans"])
            )
            for b in page["blocks"]
        ]
        pages.append(Page(page["number"], blocks, page["ocr"], page["warning"]))
    return Extraction(pages, data["title"], data["paged"])
