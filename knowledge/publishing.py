"""Publishing: a version's passages appear, replace and vanish in one transaction."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from knowledge import copying
from knowledge.audit import Action, record
from knowledge.chunking import GENERATION
from knowledge.errors import KnowledgeError
from knowledge.models import Document, Embedding, Index, Passage, Version
from knowledge.models.indexes import WRITTEN, hold_indexes
from knowledge.states import SETTLED, states
from knowledge.written import Written, update

Status = Version.Status
# What may be changed of a version that is in work.
RENEWED = ("effective_from", "expires_on", "approved", "uploaded_at", "passage_count")
# Asked for each version that was read: as it is now, and the others of its document.
SIBLINGS = Written(
    lambda document, pk: (
        Version.objects.filter(document=document)
        .filter(Q(status__in=SETTLED) | Q(pk=pk))
        .order_by()
    ),
    int,
    int,
)
DEEDS = {
    Status.READY: Action.PUBLISHED,
    Status.HELD: Action.HELD,
    Status.SCHEDULED: Action.SCHEDULED,
    Status.REPLACED: Action.REPLACED,
    Status.EXPIRED: Action.EXPIRED,
}


@dataclass(slots=True)
class Content:
    """What was read from a version: unsaved passages, and their embeddings for every index."""

    title: str
    pages: int
    paged: bool
    passages: list[Passage]
    embeddings: list[Embedding]


def publish(version: Version, content: Content) -> None:
    """Keeps what was read from a version; it answers from now on, where its dates say so.

    A version that lacks too many pages is held instead, and one whose day is to come waits for it.
    One that comes after a newer one, as by a retry, is replaced from the start. Raises
    Version.DoesNotExist as `version.begin` does.
    """
    with transaction.atomic():
        document = version.hold()
        others = renew(version)
        # It was read before.
        if version.passage_count:
            version.passages.only("pk").delete()
        status = arriving(version, others)
        store(content, live=status == Status.READY)
        version.note(
            status=status,
            progress=100,
            finished_at=timezone.now(),
            title=content.title,
            pages=content.pages,
            paged=content.paged,
            passage_count=len(content.passages),
            generation=GENERATION,
        )
        record(DEEDS[status], version=version, detail=version.coverage)
        settle(document, versions=[*others, version] if status in SETTLED else others)


def renew(version: Version) -> list[Version]:
    """Looks what somebody changed while the version was read; gives its settled siblings."""
    found = SIBLINGS.objects(version.document_id, version.pk)
    for one in found:
        if one.pk == version.pk:
            for name in RENEWED:
                setattr(version, name, getattr(one, name))
    return [one for one in found if one.pk != version.pk]


def arriving(version: Version, others: list[Version]) -> str:
    """The state of a version that has just been read, beside those that are settled."""
    if version.lacks_pages:
        return Status.HELD
    return states([*others, version], timezone.localdate())[version.number]


def store(content: Content, live: bool) -> None:
    embeddings = for_indexes(content.embeddings)
    for row in (*content.passages, *embeddings):
        row.live = live
    copying.passages(content.passages)
    copying.embeddings(embeddings)


def for_indexes(embeddings: list[Embedding]) -> list[Embedding]:
    """The embeddings whose index is still there; one that got none has them made by a job."""
    hold_indexes()
    written = {index.pk: index for index in WRITTEN.objects()}
    for index in written.keys() - {row.index_id for row in embeddings}:
        transaction.on_commit(written[index].enqueue)
    return [row for row in embeddings if row.index_id in written]


def settle(document: Document, by=None, versions: list[Version] | None = None) -> None:
    """Gives each settled version of a locked document the state that it has today.

    `versions` are the settled ones, where they are known.
    """
    if versions is None:
        versions = list(document.versions.filter(status__in=SETTLED))
    wanted = states(versions, timezone.localdate())
    for version in versions:
        if wanted[version.number] == Status.READY and not searchable(version):
            # It answers once it is read anew; until then the others do.
            version.requeue()
            settle(document, by)
            return
    # The one that answers comes last: never do two at once.
    for version in sorted(versions, key=lambda one: wanted[one.number] == Status.READY):
        move(version, wanted[version.number], by)
    current = next((one for one in versions if wanted[one.number] == Status.READY), None)
    title = {"title": current.title} if current and current.title else {}
    update(Document, "id = $1", [document.pk], {"current": current and current.pk, **title})


def searchable(version: Version) -> bool:
    """Whether the active index holds all passages of a version that may have waited for long."""
    if version.status == Status.READY:
        return True
    index = Index.objects.filter(state=Index.State.ACTIVE).first()
    return index is None or not version.passages.exclude(embeddings__index=index).exists()


def move(version: Version, status: str, by) -> None:
    if version.status == status:
        return
    set_live([version], status == Status.READY)
    Version.objects.filter(pk=version.pk).update(status=status)
    version.status = status
    record(DEEDS[status], by, version=version)


def set_live(versions: list[Version], live: bool) -> None:
    """Lets search find the passages of these versions, or not any more."""
    Passage.objects.filter(version__in=versions, live=not live).update(live=live)
    embeddings = Embedding.objects.filter(passage__version__in=versions, live=not live)
    embeddings.update(live=live)


def approve(version: Version, by) -> bool:
    """Lets a held version answer, as its dates say, though it lacks pages; false for any other."""
    with transaction.atomic():
        document = version.hold()
        held = Version.objects.filter(pk=version.pk, status=Status.HELD)
        if not held.update(status=Status.REPLACED, approved=True):
            return False
        record(Action.APPROVED, by, version=version, detail=version.coverage)
        settle(document, by)
    return True


def discard(version: Version, by) -> bool:
    """Refuses a version that is held, waits for its day or was not read; false for any other."""
    with transaction.atomic():
        version.hold()
        refusable = (Status.HELD, Status.SCHEDULED, Status.FAILED)
        waits = Version.objects.filter(pk=version.pk, status__in=refusable)
        if not waits.update(status=Status.CANCELLED):
            return False
        record(Action.CANCELLED, by, version=version)
    return True


def reschedule(version: Version, effective_from, expires_on, by) -> None:
    """Changes the first and last day on which a version answers, with all that follows of it.

    Raises KnowledgeError when the last day lies before the first.
    """
    check_dates(effective_from, expires_on)
    with transaction.atomic():
        document = version.hold()
        version.effective_from, version.expires_on = effective_from, expires_on
        dates = {"effective_from": effective_from, "expires_on": expires_on}
        Version.objects.filter(pk=version.pk).update(**dates)
        told = f"answers from {effective_from or 'at once'} until {expires_on or 'for ever'}"
        record(Action.CHANGED, by, version=version, detail=told)
        settle(document, by)


def check_dates(effective_from: date | None, expires_on: date | None) -> None:
    if effective_from and expires_on and expires_on < effective_from:
        raise KnowledgeError(
            gettext("The last day, %(last)s, lies before the first, %(first)s. Change one.")
            % {"last": expires_on, "first": effective_from}
        )


def withdraw(document: Document, by) -> bool:
    """Takes a document out of the answers, with all that is on its way; false when it is out.

    Its versions stay in the history and in old citations. `restore` brings it back.
    """
    with transaction.atomic():
        document = Document.objects.locked(document.pk)
        if document is None:
            return False
        unfinished = document.versions.filter(status__in=Version.UNFINISHED)
        cancelled = [version for version in unfinished if version.cancel(by)]
        found = list(document.versions.filter(status__in=(Status.READY, Status.SCHEDULED)))
        set_live(found, False)
        for version in found:
            record(Action.WITHDRAWN, by, version=version)
        document.versions.filter(pk__in=[one.pk for one in found]).update(status=Status.WITHDRAWN)
        Document.objects.filter(pk=document.pk).update(current=None)
    return bool(found or cancelled)


def restore(document: Document, by) -> bool:
    """Lets a withdrawn document answer again, as its dates say; false when it is not withdrawn."""
    with transaction.atomic():
        document = Document.objects.locked(document.pk)
        if document is None:
            return False
        if not document.versions.filter(status=Status.WITHDRAWN).update(status=Status.REPLACED):
            return False
        record(Action.RESTORED, by, document=document)
        settle(document, by)
    return True


def turn() -> int:
    """Does what the day brings: what was waiting for it answers, what has ended does not.

    Gives the number of documents that changed.
    """
    today = timezone.localdate()
    begins = Q(status=Status.SCHEDULED, effective_from__lte=today)
    ends = Q(status=Status.READY, expires_on__lt=today)
    due = Version.objects.filter(begins | ends).order_by("document")
    found = list(due.values_list("document", flat=True).distinct())
    for pk in found:
        with transaction.atomic():
            document = Document.objects.locked(pk)
            if document:
                settle(document)
    return len(found)
