"""The index that answers, as plain values: kept by the process, for search asks every time."""

import logging
from dataclasses import dataclass
from datetime import datetime
from threading import Thread

from knowledge import embeddings
from knowledge.models import Index

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ActiveIndex:
    """What search has to know of the active index, or of another that is compared with it."""

    id: int
    model: str
    dimensions: int
    state: str = Index.State.ACTIVE.value
    # One that was left and come back to meanwhile is another one: it answered nothing in between.
    since: datetime | None = None


_kept: ActiveIndex | None = None


def active() -> ActiveIndex:
    """The active index as last seen; `look` tells when another has taken its place."""
    return _kept or look()


def forget() -> None:
    """Lets the next question look, as where the process has changed its database."""
    global _kept
    _kept = None


def look() -> ActiveIndex:
    """The active index as the database has it now. Raises KnowledgeError as its model does.

    While this process loads the model of a new one, the one before goes on to answer: it is kept up
    to date too, and nobody waits.
    """
    global _kept
    index = Index.objects.active()
    if _kept and _kept.id != index.pk and not embeddings.is_loaded(index.model):
        before = Index.objects.filter(pk=_kept.id, state=Index.State.RETIRED).first()
        if before:
            _kept = values(before)
            load_aside(index)
            return _kept
    # Once a process and a swap: vectors of another model would find nonsense without a word.
    index.embedder()
    _kept = values(index)
    return _kept


_arriving: set[int] = set()


def load_aside(index: Index) -> None:
    """Loads an index's model in a thread, and lets the index answer from then on."""
    if index.pk not in _arriving:
        _arriving.add(index.pk)
        Thread(target=arrive, args=[index], name="embedder", daemon=True).start()


def arrive(index: Index) -> None:
    global _kept
    try:
        index.embedder()
        _kept = values(index)
    except Exception as error:
        # The next question looks again, and tells the person what is wrong.
        _kept = None
        logger.error("The embedding model of index %s can't be loaded: %s", index.pk, error)
    finally:
        _arriving.discard(index.pk)


def values(index: Index) -> ActiveIndex:
    """An index as search takes it."""
    state, since = str(index.state), index.activated_at
    return ActiveIndex(index.pk, index.model, index.dimensions, state, since)


def warm() -> None:
    """Loads the active index's model ahead of the first question."""
    embeddings.embed_question("Good morning", Index.objects.active().embedder())
