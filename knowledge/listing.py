"""The list of documents, each with its newest version, for the people who keep them."""

import hashlib

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone

from knowledge.models import Collection, Document, Version
from knowledge.standing import Standing, standing

PAGE = 50
Status = Version.Status
STATES = {
    "working": Version.UNFINISHED,
    "ready": (Status.READY,),
    "failed": (Status.FAILED,),
    "held": (Status.HELD,),
    "scheduled": (Status.SCHEDULED,),
    "expired": (Status.EXPIRED,),
    "withdrawn": (Status.WITHDRAWN,),
    "cancelled": (Status.CANCELLED,),
}


def documents(user):
    """The documents that `user` may read, last upload first: with `newest`, `state` and `kept`."""
    newest = Version.objects.filter(document=OuterRef("pk")).order_by("-number")
    kept = Collection.objects.kept_by(user).filter(pk=OuterRef("collection"))
    return (
        Document.objects.visible_to(user)
        .select_related("collection", "current")
        .annotate(newest=Subquery(newest.values("pk")[:1]))
        .annotate(state=Subquery(newest.values("status")[:1]))
        .annotate(kept=Exists(kept))
        .order_by("-newest", "name")
    )


def chosen(found, user, q="", state="", collection=None):
    """Those of the documents that a FilterForm asks for."""
    if q:
        found = found.filter(Q(name__icontains=q) | Q(title__icontains=q))
    if state:
        found = found.filter(in_state(state, user))
    if collection:
        found = found.filter(collection=collection)
    return found


def in_state(state: str, user) -> Q:
    """What `state` of a FilterForm means for a document of `documents`."""
    due = Q(pk__in=Document.objects.due_for_review(timezone.localdate()).values("pk"))
    if state == "review":
        return due
    if state == "waits":
        # What nobody but a keeper moves on: to approve, to mend, and one's own to look through.
        stuck = Q(state__in=(Status.HELD, Status.FAILED), kept=True)
        return stuck | (due & Q(owner=user))
    return Q(state__in=STATES[state])


def page(user, choice: dict, number) -> dict:
    """One page of the list with its rows, and how many documents there are in each state."""
    everything = documents(user)
    # Before the rows: where work ends in between, the page is fetched again soon.
    counts = everything.aggregate(
        total=Count("pk"),
        working=Count("pk", filter=Q(state__in=STATES["working"])),
        stoppable=Count("pk", filter=Q(state__in=STATES["working"], kept=True)),
        failed=Count("pk", filter=Q(state__in=STATES["failed"])),
        again=Count("pk", filter=Q(state__in=STATES["failed"], kept=True)),
        waits=Count("pk", filter=in_state("waits", user)),
        review=Count("pk", filter=in_state("review", user)),
    )
    shown = Paginator(chosen(everything, user, **choice), PAGE).get_page(number)
    found = {"rows": rows(shown), "counts": counts, "page": shown, "filtered": bool(choice)}
    return found | {"fingerprint": fingerprint(found["rows"], counts, shown.number)}


def rows(found) -> list[Standing]:
    """The documents of `documents`, each as it stands today."""
    found = list(found)
    versions = Version.objects.in_bulk([one.newest for one in found if one.newest])
    return standing([(document, versions.get(document.newest)) for document in found])


def fingerprint(*shown) -> str:
    """Equal for two lists that look the same."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
