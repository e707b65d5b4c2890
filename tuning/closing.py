"""Tuned models that rest on documents which not all whom they answer may read any more."""

from contextlib import suppress

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import signals
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import ngettext

from helpdesk.models import Engine
from knowledge.models import Collection, Document
from tuning.models import Adapter, Dataset, Run


def why(dataset: Dataset) -> str:
    """Why what learned from a dataset must answer nobody; empty while all whom that is for may read
    its sources.

    It names no document: those who may switch need not be those who may read.
    """
    count = dataset.closed().count()
    told = ngettext(
        "%(count)d pair that it learned from rests on a document that not all whom it answers may"
        " read any more. Open the document to them again, or train another without the pair.",
        "%(count)d pairs that it learned from rest on documents that not all whom it answers may"
        " read any more. Open the documents to them again, or train another without the pairs.",
        count,
    )
    return told % {"count": count} if count else ""


def documents(run: Run) -> list[str]:
    """The names of these documents, as far as they are still there."""
    held = run.dataset.closed().values_list("versions", flat=True)
    used = Document.objects.filter(versions__in={pk for each in held for pk in each})
    closed = used.exclude(collection__in=run.dataset.collections())
    return sorted(set(closed.values_list("name", flat=True)))


def why_not(engine: Engine) -> str:
    """The same of an engine; empty for one that is no tuned model."""
    adapter = Adapter.objects.filter(engine=engine.pk).select_related("run__dataset").first()
    return why(adapter.run.dataset) if adapter else ""


@receiver(signals.post_save, sender=Collection)
@receiver(signals.m2m_changed, sender=Collection.groups.through)
@receiver(signals.post_delete, sender=Group)
def look_soon(sender, **kwargs) -> None:
    """Has the worker look at once, and not in its next minute, where rights have changed."""
    from procrastinate.exceptions import AlreadyEnqueued

    from tuning import switching, tasks

    if switching.in_force():
        with suppress(AlreadyEnqueued), transaction.atomic():
            tasks.trip.defer(timestamp=int(timezone.now().timestamp()))
