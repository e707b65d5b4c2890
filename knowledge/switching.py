"""Switching to an index whose model this process hasn't loaded: the worker loads and tries it."""

import logging
from contextlib import suppress

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from knowledge import embeddings
from knowledge.errors import KnowledgeError
from knowledge.models import Index

logger = logging.getLogger(__name__)


def ask_for(index: Index, by) -> bool:
    """Switches at once where this process has the model, else queues it; whether it answers now.

    A queued switch stands on the index's row, and so does what came in its way. Raises
    KnowledgeError where the index can't be switched to, as far as that is known already.
    """
    if embeddings.is_loaded(index.model):
        index.activate(by)
        return True
    from knowledge.tasks import switch_index

    ready = Index.objects.filter(pk=index.pk, state__in=Index.SWITCHABLE)
    if not ready.update(switch_asked_at=timezone.now(), error=""):
        raise KnowledgeError(f"Index {index.pk} is not ready to be switched to.")
    with suppress(AlreadyEnqueued), transaction.atomic():
        switch_index.configure(queueing_lock=f"switch-{index.pk}").defer(
            index_id=index.pk, by_id=by and by.pk
        )
    return False


def leave(index: Index) -> None:
    """Takes a queued switch back, unless the worker was faster."""
    Index.objects.filter(pk=index.pk).update(switch_asked_at=None)


def work_by_id(index_id: int, by_id: int | None) -> None:
    """Switches to an index, for a job; what comes in its way is noted on the index's row."""
    index = Index.objects.filter(pk=index_id, switch_asked_at__isnull=False).first()
    if index is None:
        return
    by = get_user_model().objects.filter(pk=by_id).first()
    try:
        index.activate(by, asked=True)
    except KnowledgeError as error:
        refused(index, str(error))
    except Exception as error:
        refused(index, f"An unexpected error stopped the work ({type(error).__name__}).")
        raise


def refused(index: Index, message: str) -> None:
    """Notes why an index was not switched to."""
    logger.warning("Index %d is not switched to: %s", index.pk, message)
    Index.objects.filter(pk=index.pk).update(switch_asked_at=None, error=message)
