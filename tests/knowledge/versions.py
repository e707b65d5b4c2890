"""Versions for tests: published without a reader, with one passage that search can find."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from knowledge import publishing
from knowledge.extract.blocks import Block, Extraction, Page
from knowledge.indexing import content
from knowledge.models import AuditEntry, Document, Passage, Version

TODAY = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def day(number: int):
    """The date so many days after the tests' today."""
    return TODAY.date() + number * DAY


def make(collection, name="leave.txt", uploaded=0, **values) -> Version:
    """A queued version of a document, uploaded so many days after today."""
    document, _ = Document.objects.get_or_create(collection=collection, name=name)
    number = document.versions.count() + 1
    version = Version.objects.create(
        document=document, number=number, sha256=f"{number:064}", size=1, file="x", **values
    )
    Version.objects.filter(pk=version.pk).update(uploaded_at=TODAY + uploaded * DAY)
    return version


def read(version, *texts) -> Version:
    """Publishes a version as the worker does once it is read."""
    blocks = [Block("paragraph", text) for text in texts or [f"Text {version.number} of leave."]]
    extraction = Extraction([Page(1, blocks)], f"Leave {version.number}", True)
    publishing.publish(version, content(version, extraction))
    return fresh(version)


def published(collection, *texts, **values) -> Version:
    return read(make(collection, **values), *texts)


def fresh(version) -> Version:
    return Version.objects.select_related("document__current").get(pk=version.pk)


def statuses(document) -> list[str]:
    """The states of a document's versions, the first version first."""
    return list(document.versions.order_by("number").values_list("status", flat=True))


def live(document) -> set[int]:
    """The numbers of the versions whose passages search may find."""
    found = Passage.objects.live().filter(version__document=document)
    assert set(found.values_list("pk")) == set(
        found.filter(embeddings__live=True).values_list("pk")
    )
    return set(found.values_list("version__number", flat=True))


def deeds() -> list[tuple[str, str, int | None]]:
    """The audit trail: deed, person and version, the first first."""
    entries = AuditEntry.objects.order_by("pk")
    return list(entries.values_list("action", "by_name", "version_number"))


def travel(monkeypatch, days: int) -> None:
    """It is noon, so many days after today."""
    monkeypatch.setattr(timezone, "now", lambda: TODAY + days * DAY)


def current(document):
    """The number of the version that answers."""
    found = Document.objects.get(pk=document.pk).current
    return found and found.number
