"""A file comes in: recognised, stored, queued, and read later, so an upload returns at once."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import F

from knowledge.models import Collection, Document, Version


@dataclass(frozen=True, slots=True)
class Upload:
    """What became of a file. A bad one has a failed version, whose `error` says why."""

    version: Version
    outcome: Literal["new", "new version", "unchanged"]


def upload(collection: Collection, name: str, file: File, by=None) -> Upload:
    """Takes `file` as the document `name` of `collection`, and queues its indexing.

    The same bytes again change nothing, unless the stored file is lost. Another file of the same
    name is a new version, which replaces the old one only once it is indexed.
    """
    digest = sha256(file)
    name = clean(name)
    with transaction.atomic():
        # Two uploads to one collection at the same time are taken one after the other.
        Collection.objects.select_for_update(no_key=True).get(pk=collection.pk)
        known = same_bytes(collection, name, digest)
        if known and known.file.storage.exists(known.file.name):
            return Upload(known, "unchanged")
        document, created = Document.objects.get_or_create(collection=collection, name=name)
        version = store(document, digest, file, by)
    return Upload(version, "new" if created else "new version")


def clean(name: str) -> str:
    """A file name that Postgres takes, and that shows as it is; its end, where it is too long."""
    return "".join(c for c in name if c.isprintable()).strip()[-255:].lstrip() or "unnamed"


def sha256(file: File) -> str:
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def same_bytes(collection: Collection, name: str, digest: str) -> Version | None:
    """The version that already holds these bytes: the document's newest, or another's current."""
    versions = Version.objects.exclude(status=Version.Status.FAILED)
    own = versions.filter(document__collection=collection, document__name=name)
    newest = own.order_by("-number").first()
    if newest:
        return newest if newest.sha256 == digest else None
    return versions.filter(
        document__collection=collection, document__current=F("pk"), sha256=digest
    ).first()


def store(document: Document, digest: str, file: File, by) -> Version:
    last = document.versions.order_by("-number").first()
    version = Version(
        document=document,
        number=last.number + 1 if last else 1,
        sha256=digest,
        size=file.size,
        uploaded_by=by,
    )
    refusal = refused(file.size)
    if refusal:
        version.save()
        version.fail(refusal)
    else:
        version.file.save(document.name, file, save=False)
        version.save()
        version.enqueue()
    return version


def refused(size: int) -> str:
    """Why a file of `size` bytes is not even stored; "" when it is."""
    if size == 0:
        return "The file is empty. Upload it again from where it is complete."
    if size > settings.MAX_UPLOAD_MB * 1_000_000:
        return (
            f"The file has {size / 1_000_000:.0f} MB; at most {settings.MAX_UPLOAD_MB} MB are "
            "taken. Split it, or raise MAX_UPLOAD_MB."
        )
    return ""
