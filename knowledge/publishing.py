"""Publishing: a version's passages appear, replace and vanish in one transaction."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from knowledge.chunking import GENERATION
from knowledge.models import Document, Embedding, Passage, Version

# Rows a statement: their vectors are large.
BATCH = 200


@dataclass(slots=True)
class Content:
    """What was read from a version: unsaved passages, and their embeddings for every index."""

    title: str
    pages: int
    paged: bool
    passages: list[Passage]
    embeddings: list[Embedding]


def publish(version: Version, content: Content) -> None:
    """Replaces the document's passages by this version's.

    A version that comes after a newer one, as by a retry, is replaced from the start. Raises
    Version.DoesNotExist as `version.begin` does.
    """
    with transaction.atomic():
        document = version.hold()
        ready = document.versions.filter(status=Version.Status.READY)
        newest = not ready.filter(number__gt=version.number).exists()
        version.passages.only("pk").delete()
        if newest:
            replace(document, version, content.title)
        store(content, live=newest)
        version.note(
            status=Version.Status.READY if newest else Version.Status.REPLACED,
            progress=100,
            finished_at=timezone.now(),
            pages=content.pages,
            paged=content.paged,
            passage_count=len(content.passages),
            generation=GENERATION,
        )


def replace(document: Document, version: Version, title: str) -> None:
    old = document.versions.filter(status=Version.Status.READY)
    set_live(list(old), False)
    old.update(status=Version.Status.REPLACED)
    Document.objects.filter(pk=document.pk).update(current=version, title=title)


def set_live(versions: list[Version], live: bool) -> None:
    """Lets search find the passages of these versions, or not any more."""
    Passage.objects.filter(version__in=versions, live=not live).update(live=live)
    embeddings = Embedding.objects.filter(passage__version__in=versions, live=not live)
    embeddings.update(live=live)


def store(content: Content, live: bool) -> None:
    for row in (*content.passages, *content.embeddings):
        row.live = live
    Passage.objects.bulk_create(content.passages, batch_size=BATCH)
    Embedding.objects.bulk_create(content.embeddings, batch_size=BATCH)
