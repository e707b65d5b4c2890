"""An extraction as JSON and back, for the way out of a child process."""

from .blocks import Block, Extraction, Page, Span

# Sides of boxes are told in such parts of the page: a whole number is written and read quicker.
PARTS = 100_000


def to_dict(extraction: Extraction) -> dict:
    """Plain data; a span is a list in the order of its fields, its sides in PARTS."""
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
            [
                s.start,
                s.end,
                s.page,
                round(s.left * PARTS),
                round(s.top * PARTS),
                round(s.right * PARTS),
                round(s.bottom * PARTS),
            ]
            for s in block.spans
        ],
    }


def from_dict(data: dict) -> Extraction:
    """The extraction that `to_dict` was given."""
    pages = []
    for page in data["pages"]:
        blocks = [
            Block(b["kind"], b["text"], b["level"], b["header"], tuple(map(_span, b["spans"])))
            for b in page["blocks"]
        ]
        pages.append(Page(page["number"], blocks, page["ocr"], page["warning"]))
    return Extraction(pages, data["title"], data["paged"])


def _span(data: list[int]) -> Span:
    start, end, page, left, top, right, bottom = data
    return Span(start, end, page, left / PARTS, top / PARTS, right / PARTS, bottom / PARTS)
