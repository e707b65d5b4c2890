"""The demo pairs in the database: written by the demo curator, approved by the administrator."""

from django.contrib.auth import get_user_model
from django.db import transaction

from knowledge.models import Collection, Version
from tuning.demo.house import facts
from tuning.models import PairEvent, QAPair
from tuning.models.history import told_of

TAG = "demo"
COLLECTION = "everyone"
AUTHOR, REVIEWER = "curator", "administrator"
Action = PairEvent.Action


@transaction.atomic
def load() -> int:
    """Makes the demo pairs where none is there, and gives how many.

    In a few statements, for the desk's first start waits for it; the verbs would take hundreds.
    """
    collection = Collection.objects.filter(slug=COLLECTION).first()
    if collection is None or QAPair.objects.filter(tags__contains=[TAG]).exists():
        return 0
    versions = newest(collection)
    known = [fact for fact in facts() if fact.document in versions]
    author, reviewer = user(AUTHOR), user(REVIEWER)
    rows = [pair(fact, versions[fact.document], author, reviewer) for fact in known]
    pairs = QAPair.objects.bulk_create(rows)
    sources, inherits = QAPair.sources.through, QAPair.inherits.through
    sources.objects.bulk_create(
        sources(qapair=one, version=versions[fact.document])
        for one, fact in zip(pairs, known, strict=True)
    )
    inherits.objects.bulk_create(inherits(qapair=one, collection=collection) for one in pairs)
    deeds = [(Action.MADE, author), (Action.SUBMITTED, author), (Action.APPROVED, reviewer)]
    PairEvent.objects.bulk_create(
        PairEvent(pair=one, action=action, by=by, by_name=by.get_username() if by else "")
        for one in pairs
        for action, by in deeds
    )
    return len(pairs)


def newest(collection) -> dict[str, Version]:
    """The newest version of each document of a collection, by the document's name."""
    found = Version.objects.filter(document__collection=collection).select_related("document")
    return {version.document.name: version for version in found.order_by("number")}


def user(name: str):
    return get_user_model().objects.filter(username=name).first()


def pair(fact, version, author, reviewer) -> QAPair:
    """An unsaved pair of the house, as it is once it is approved."""
    return QAPair(
        question=fact.question,
        answer=fact.answer,
        tags=[TAG],
        status=QAPair.Status.APPROVED,
        author=author,
        edited_by=author,
        reviewer=reviewer,
        approved_sources=[told_of(version)],
    )
