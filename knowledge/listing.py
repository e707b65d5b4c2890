"""The list of documents, each with its newest version, for the people who keep them."""

import hashlib

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from knowledge.models import Document, Version

PAGE = 50
LOOKS = ("pk", "number", "status", "progress", "error", "warning", "pages", "passage_count")
STATES = {
    "working": Version.UNFINISHED,
    "ready": (Version.Status.READY,),
    "failed": (Version.Status.FAILED,),
}


def documents(user):
    """The documents that `user` may read, last upload first, with `newest` and `state`."""
    newest = Version.objects.filter(document=OuterRef("pk")).order_by("-number")
    return (
        Document.objects.visible_to(user)
        .select_related("collection", "current")
        .annotate(newest=Subquery(newest.values("pk")[:1]))
        .annotate(state=Subquery(newest.values("status")[:1]))
        .order_by("-newest", "name")
    )


def chosen(found, q="", state="", collection=None):
    """Those of the documents that a FilterForm asks for."""
    if q:
        found = found.filter(Q(name__icontains=q) | Q(title__icontains=q))
    if state:
        found = found.filter(state__in=STATES[state])
    if collection:
        found = found.filter(collection=collection)
    return found


def page(user, choice: dict, number) -> dict:
    """One page of the list with its rows, and how many documents there are in each state."""
    everything = documents(user)
    shown = Paginator(chosen(everything, **choice), PAGE).get_page(number)
    versions = Version.objects.in_bulk([document.newest for document in shown])
    rows = [row(document, versions.get(document.newest)) for document in shown]
    counts = everything.aggregate(
        total=Count("pk"),
        working=Count("pk", filter=Q(state__in=STATES["working"])),
        failed=Count("pk", filter=Q(state__in=STATES["failed"])),
    )
    found = {"rows": rows, "page": shown, "counts": counts, "filtered": bool(choice)}
    return found | {"fingerprint": fingerprint(found)}


def fingerprint(found: dict) -> str:
    """Equal for two lists that look the same."""
    looks = [
        (row["document"].pk, str(row["document"]), row["elapsed"], row["older"] and row["older"].pk)
        + tuple(getattr(row["version"], name, "") for name in LOOKS)
        for row in found["rows"]
    ]
    page = found["page"]
    return hashlib.sha256(repr((looks, found["counts"], page.number)).encode()).hexdigest()[:16]


def row(document, version) -> dict:
    """A document and its newest version; `older` is the one that answers where that is another."""
    current = document.current
    older = current if version and current and current.pk != version.pk else None
    return {"document": document, "version": version, "older": older, "elapsed": elapsed(version)}


def elapsed(version) -> str:
    """The time of work so far, or of waiting for it: "8 s", "3 min 5 s"."""
    if version is None:
        return ""
    if version.finished:
        return "" if version.seconds is None else duration(version.seconds)
    since = version.started_at or version.uploaded_at
    return duration((timezone.now() - since).total_seconds())


def duration(seconds: float) -> str:
    minutes, rest = divmod(max(round(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{max(rest, 1)} s"
