"""Documents for tests: real files, with the passages that their text gives."""

import io

from django.core.files.base import ContentFile
from reportlab.pdfgen.canvas import Canvas

from knowledge.chunking import chunk
from knowledge.extract import pdf as pdf_extraction
from knowledge.extract.blocks import Block, Extraction, Page
from knowledge.models import Passage
from knowledge.publishing import Content, publish
from knowledge.uploads import upload

WIDTH, HEIGHT = 500, 700
LEAVE = "Every employee has 25 working days of leave a year."
NOTICE = "Requests go to the manager two weeks before."
TABLE = ["Meal | Ireland | Abroad", "Lunch | 16 euro | 22 euro", "Dinner | 35 euro | 48 euro"]


def pdf(*pages: list[str]) -> bytes:
    """A PDF whose pages hold one line a text, 20 points apart, the first 100 below the top."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT))
    for lines in pages:
        canvas.setFont("Helvetica", 14)
        for number, line in enumerate(lines):
            canvas.drawString(50, HEIGHT - 100 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def uploaded(collection, name: str, data: bytes):
    return upload(collection, name, ContentFile(data, name)).version


def published(collection, name: str, data: bytes, extraction: Extraction):
    """A version whose passages can be found, as `extraction` gives them."""
    version = uploaded(collection, name, data)
    chunks = chunk(extraction, extraction.title, lambda text: len(text.split()), 256)
    passages = [passage(version, number, one) for number, one in enumerate(chunks)]
    content = Content(extraction.title, len(extraction.pages), extraction.paged, passages, [])
    publish(version, content)
    version.refresh_from_db()
    return version


def passage(version, ordinal: int, one) -> Passage:
    return Passage(
        version=version,
        collection=version.document.collection,
        ordinal=ordinal,
        headings=one.headings,
        text=one.text,
        page=one.page,
        spans=one.spans,
        sentences=[offset for sentence in one.sentences for offset in sentence],
    )


def published_pdf(collection, *pages: list[str], name="leave.pdf"):
    data = pdf(*pages)
    extraction = pdf_extraction.extract(io.BytesIO(data))
    extraction.title = "Leave"
    return published(collection, name, data, extraction)


def published_text(collection, blocks: list[Block], name="meals.md"):
    extraction = Extraction([Page(1, blocks)], "Meals")
    data = "\n".join(block.text for block in blocks).encode()
    return published(collection, name, data, extraction)


def meals() -> list[Block]:
    """A heading, a paragraph, a list and a table."""
    header = TABLE[0]
    return [
        Block("heading", "Limits", 1),
        Block("paragraph", "You may claim what a meal cost you. Keep the receipt."),
        Block("list_item", "- no alcohol"),
        Block("list_item", "- no laundry"),
        Block("table_row", header),
        Block("table_row", TABLE[1], header=header),
        Block("table_row", TABLE[2], header=header),
    ]


def passages_of(version):
    """The version's passages in order, without their vectors."""
    return list(version.passages.only("ordinal", "text", "page", "spans", "sentences", "headings"))
