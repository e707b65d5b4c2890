"""Passages, published documents and collected events for the tests of the answer's stages."""

import asyncio

from django.conf import settings

from helpdesk.events import Turn
from knowledge import embeddings, indexing, publishing
from knowledge.extract.blocks import Block, Extraction, Page
from knowledge.found import Found
from knowledge.models import Document, Version

QUESTION = "How many days of paid annual leave?"
FACT = "How many days of paid annual leave: 25 days of paid annual leave a year."
HISTORY = (Turn("user", QUESTION), Turn("assistant", "25 days [1]."))
LEAVE = (
    "Full-time employees are entitled to 25 working days of paid annual leave per calendar year. "
    "Up to five unused days may be carried over until 31 March. "
    "Requests go to the line manager at least two weeks ahead."
)
MEALS = (
    "Meals | 45 EUR per day\nHotel | 140 EUR per night\n"
    "Receipts above 1,000 EUR need the signature of Maria Lopez."
)


def found(text=LEAVE, **values) -> Found:
    defaults = {
        "passage_id": 1,
        "version_id": 1,
        "document_id": 1,
        "document": "leave.pdf",
        "title": "Paid leave",
        "collection": "everyone",
        "version": 1,
        "date": "2026-01-31",
        "headings": "Paid leave › Entitlement",
        "page": 3,
        "score": 1.0,
        "similarity": 0.6,
    }
    return Found(text=text, **(defaults | values))


def publish(collection, name, *paragraphs) -> Version:
    """A searchable document of one page, without its file's way through extraction."""
    document = Document.objects.create(collection=collection, name=name)
    version = Version.objects.create(document=document, number=1, sha256="0" * 64, size=1)
    page = Page(1, [Block("paragraph", text) for text in paragraphs])
    extraction = Extraction([page], name.partition(".")[0], True)
    publishing.publish(version, indexing.content(version, extraction))
    return version


def embed_sentences(texts):
    """The vectors of sentences by the model of the settings."""
    return embeddings.embed_sentences(texts, embeddings.embedder(settings.EMBEDDING_MODEL))


def events_of(stream) -> list:
    """Every event of an answer, in order."""

    async def collect():
        return [event async for event in stream]

    return asyncio.run(collect())
