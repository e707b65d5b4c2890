"""Documents written straight into the tables, as ingestion would have left them."""

import hashlib
from collections.abc import Iterator
from itertools import islice

import numpy as np
from django.db import transaction
from django.utils import timezone

from knowledge import copying
from knowledge.benchmarks import samples
from knowledge.benchmarks.generated import Corpus, Generated
from knowledge.chunking import GENERATION
from knowledge.embeddings import embed_passages
from knowledge.models import AuditEntry, Collection, Document, Embedding, Index, Passage, Version

BATCH = 1000
REAL_PASSAGES = 200
DEEDS = (AuditEntry.Action.UPLOADED, AuditEntry.Action.PUBLISHED)


def vectors(index: Index, count: int) -> Iterator[Generated]:
    """So many vectors, each with those of sentences, spread as those of real passages."""
    embedder = index.embedder()
    real = embed_passages(samples.passages(REAL_PASSAGES, embedder), embedder)
    return Corpus(np.stack([one.vector for one in real]), count).passages()


def write(
    into: Collection, index: Index, files: Iterator[tuple[str, bytes]], spread: Iterator[Generated]
) -> None:
    """Writes a published document of one passage for each of the files; none is stored."""
    while batch := list(islice(files, BATCH)):
        with transaction.atomic():
            write_batch(into, index, batch, list(islice(spread, len(batch))))


def write_batch(into: Collection, index: Index, files: list, spread: list[Generated]) -> None:
    documents = Document.objects.bulk_create(
        Document(collection=into, name=name, title=name) for name, _ in files
    )
    versions = Version.objects.bulk_create(
        version(*pair) for pair in zip(documents, files, strict=True)
    )
    for document, one in zip(documents, versions, strict=True):
        document.current = one
    Document.objects.bulk_update(documents, ["current"])
    AuditEntry.objects.bulk_create(entry(action, one) for one in versions for action in DEEDS)
    passages = Passage.objects.bulk_create(
        passage(one, data.decode()) for one, (_, data) in zip(versions, files, strict=True)
    )
    copying.embeddings([embedding(index, *pair) for pair in zip(passages, spread, strict=True)])


def version(document: Document, file: tuple[str, bytes]) -> Version:
    name, data = file
    now = timezone.now()
    return Version(
        document=document,
        number=1,
        name=name,
        title=document.title,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        status=Version.Status.READY,
        progress=100,
        pages=1,
        passage_count=1,
        generation=GENERATION,
        started_at=now,
        finished_at=now,
    )


def entry(action: str, one: Version) -> AuditEntry:
    return AuditEntry(
        action=action,
        collection=one.document.collection,
        collection_name=one.document.collection.name,
        document=one.document,
        document_name=one.document.name,
        version_number=one.number,
    )


def passage(one: Version, text: str) -> Passage:
    return Passage(
        version=one,
        collection=one.document.collection,
        live=True,
        ordinal=0,
        headings=one.title,
        text=text,
        page=1,
        page_starts=[0, 1],
        sentences=[0, len(text)],
    )


def embedding(index: Index, of: Passage, drawn: Generated) -> Embedding:
    return Embedding(
        index=index,
        passage=of,
        collection_id=of.collection_id,
        live=True,
        vector=drawn.vector,
        sentences=[drawn.vector],
    )
