"""A file comes in: recognised, stored, queued, and read later, so an upload returns at once."""

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from knowledge.audit import Action, record
from knowledge.kinds import unreadable
from knowledge.models import Collection, Document, Version
from knowledge.written import Written, add

FOLDER = "versions"
ORPHANED_AFTER = timedelta(days=1)
Status = Version.Status
# The same bytes are not taken again while a version of them is in one of these states.
WANTED = (*Version.UNFINISHED, Status.READY, Status.HELD, Status.SCHEDULED)
# What every upload asks.
TAKEN = Written(
    lambda pk: Collection.objects.select_for_update(no_key=True).filter(pk=pk).order_by(), int
)
NAMED = Written(
    lambda collection, name: Document.objects.filter(collection=collection, name=name).order_by(),
    int,
    str,
)
CURRENT_NAMED = Written(
    lambda collection, name: Document.objects.filter(
        collection=collection, current__name=name
    ).order_by("pk")[:1],
    int,
    str,
)
NEWEST = Written(
    lambda pk: Version.objects.filter(document=pk, status__in=WANTED).order_by("-number")[:1], int
)
SAME_BYTES = Written(
    lambda collection, sha256: Version.objects.filter(
        document__collection=collection,
        document__current=F("pk"),
        sha256=sha256,
        status__in=WANTED,
    )[:1],
    int,
    str,
)


@dataclass(frozen=True, slots=True)
class Upload:
    """What became of a file. A bad one has a failed version, whose `error` says why."""

    version: Version
    outcome: Literal["new", "new version", "unchanged"]


def upload(
    collection: Collection,
    name: str,
    file: File,
    by=None,
    document: Document | None = None,
    effective_from: date | None = None,
    expires_on: date | None = None,
) -> Upload:
    """Takes `file` as the document `name` of `collection`, and queues its indexing.

    The same bytes again change nothing, unless the stored file is lost. Another file of the same
    name, or one for a given `document`, is a new version, which replaces the old one only once it
    is indexed, and its first day has come. The dates are its first and last day, both included;
    with bad ones the version fails at once.
    """
    collection = document.collection if document else collection
    made = Version(
        name=clean(name),
        sha256=sha256(file),
        size=file.size,
        uploaded_by=by,
        effective_from=effective_from,
        expires_on=expires_on,
    )
    with remove_at_failure(made), transaction.atomic():
        # Two uploads to one collection at the same time are taken one after the other.
        if not TAKEN.rows(collection.pk):
            raise Collection.DoesNotExist
        document = document or named(collection, made.name)
        known = same_bytes(collection, document, made)
        if known and known.file.storage.exists(known.file.name):
            return Upload(known, "unchanged")
        created = document is None
        made.document = document or new_document(collection, made.name)
        store(made, file, first=created)
    return Upload(made, "new" if created else "new version")


@contextmanager
def remove_at_failure(version: Version):
    """The stored file goes when the transaction fails; `remove_orphans` finds what is left."""
    try:
        yield
    except BaseException:
        if version.file:
            version.file.storage.delete(version.file.name)
        raise


def clean(name: str) -> str:
    """A file name that Postgres takes, and that shows as it is; its end, where it is too long."""
    return "".join(c for c in name if c.isprintable()).strip()[-255:].lstrip() or "unnamed"


def sha256(file: File) -> str:
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def named(collection: Collection, name: str) -> Document | None:
    """The document of this name, or the one whose answering version came under it."""
    # One after the other: no index serves both at once, and there may be many documents.
    return NAMED.first(collection.pk, name) or CURRENT_NAMED.first(collection.pk, name)


def new_document(collection: Collection, name: str) -> Document:
    document = Document(collection=collection, name=name)
    add(document)
    return document


def same_bytes(collection: Collection, document: Document | None, made: Version) -> Version | None:
    """The version that already holds these bytes: the document's newest, or another's current.

    Other dates make it another one.
    """
    if document:
        newest = NEWEST.first(document.pk)
    else:
        newest = SAME_BYTES.first(collection.pk, made.sha256)
    same = newest and newest.sha256 == made.sha256 and dates(newest) == dates(made)
    return newest if same else None


def dates(version: Version) -> tuple[date | None, date | None]:
    return version.effective_from, version.expires_on


def store(version: Version, file: File, first: bool) -> None:
    last = None if first else version.document.versions.order_by("-number").first()
    version.number = last.number + 1 if last else 1
    refusal = refused(version) or unreadable(version.name, file)
    if not refusal:
        version.file.save(version.name, file, save=False)
    add(version)
    if not refusal:
        version.enqueue()
    record(Action.UPLOADED, version.uploaded_by, version=version, detail=version.name)
    if refusal:
        version.fail(refusal)


def refused(version: Version) -> str:
    """Why a file is not even stored, in English as it is kept; "" when it is."""
    if version.size == 0:
        return "The file is empty. Upload it again from where it is complete."
    limit = settings.MAX_UPLOAD_MB
    if version.size > limit * 1_000_000:
        return (
            f"The file has {version.size / 1_000_000:.0f} MB; at most {limit} MB are taken. Split"
            " it, or raise MAX_UPLOAD_MB."
        )
    first, last = dates(version)
    if last and last < max(first or last, timezone.localdate()):
        before = "today" if last < timezone.localdate() else "its first"
        return (
            f"It would never answer: its last day, {last}, lies before {before}. Upload it again"
            " with other dates."
        )
    return ""


def remove_orphans() -> int:
    """Deletes stored files that no version has, as an upload that was cut short leaves one.

    Gives how many. One that came within the last day may still be on its way into the database.
    """
    ripe = timezone.now() - ORPHANED_AFTER
    count = 0
    for folder in folders():
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        kept = set(Version.objects.filter(file__in=names).values_list("file", flat=True))
        for name in names:
            if name not in kept and default_storage.get_modified_time(name) < ripe:
                default_storage.delete(name)
                count += 1
    return count


def folders() -> list[str]:
    """Where uploaded files lie."""
    if not default_storage.exists(FOLDER):
        return []
    return [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[0]]
