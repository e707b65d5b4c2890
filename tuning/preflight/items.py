"""Pairs as plain values: what the checks look at, without the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from knowledge.found import Found
from knowledge.models import Passage, Version
from tuning.models import QAPair


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads a collection: everyone, or the groups of these keys."""

    collection: str
    everyone: bool
    groups: frozenset[int]

    def include(self, groups: frozenset[int]) -> bool:
        """Whether everybody in `groups` reads it; no groups stand for the whole company."""
        return self.everyone or bool(groups) and groups <= self.groups


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A version that a pair rests on. `today` is the version that answers now, None for none."""

    version: int
    name: str
    number: int
    sha256: str
    today: int | None
    today_number: int
    today_sha256: str


@dataclass(frozen=True, slots=True)
class Item:
    """One pair; `approved_on` is what `QAPair.approved_sources` remembers.

    `alone`: it was approved by whoever wrote it.
    """

    pk: int
    question: str
    answer: str
    status: str
    sources: tuple[SourceDocument, ...]
    readers: tuple[Readers, ...]
    withheld: bool
    approved_on: tuple[dict, ...]
    alone: bool = False


def items(pairs: Iterable[QAPair]) -> list[Item]:
    """The pairs with what they rest on, in a handful of queries however many they are."""
    found = list(pairs)
    related = ["inherits__groups", "sources__document__collection__groups"]
    prefetch_related_objects(found, *related, "sources__document__current")
    return [item(pair) for pair in found]


def item(pair: QAPair) -> Item:
    collections = {one.pk: one for one in pair.inherits.all()}
    for version in pair.sources.all():
        collections.setdefault(version.document.collection_id, version.document.collection)
    return Item(
        pair.pk,
        pair.question,
        pair.answer,
        pair.status,
        tuple(source(version) for version in pair.sources.all()),
        tuple(readers(one) for one in collections.values()),
        pair.withheld,
        tuple(pair.approved_sources),
        pair.approved_alone,
    )


def source(version: Version) -> SourceDocument:
    today = version.document.current
    return SourceDocument(
        version.pk,
        str(version.document),
        version.number,
        version.sha256,
        today and today.pk,
        today.number if today else 0,
        today.sha256 if today else "",
    )


def readers(collection) -> Readers:
    groups = frozenset(group.pk for group in collection.groups.all())
    return Readers(collection.name, collection.open_to_all, groups)


def passages(versions: Iterable[int]) -> dict[int, list[Found]]:
    """The passages of versions in their order, by the version's key, as an answer is checked."""
    rows = (
        Passage.objects.filter(version__in=set(versions))
        .select_related("version__document__collection")
        .defer("words", "spans", "sentences")
        .order_by("version", "ordinal")
    )
    found: dict[int, list[Found]] = {}
    for row in rows:
        found.setdefault(row.version_id, []).append(as_found(row))
    return found


def as_found(row: Passage) -> Found:
    version = row.version
    day = version.effective_from or version.uploaded_at.date()
    return Found(
        passage_id=row.pk,
        version_id=version.pk,
        document_id=version.document_id,
        document=version.document.name,
        title=version.title or version.document.title,
        collection=version.document.collection.name,
        version=version.number,
        date=day.isoformat(),
        headings=row.headings,
        text=row.text,
        page=row.page,
        score=0.0,
        similarity=0.0,
        ordinal=row.ordinal,
    )
