"""The index that answers, as plain values: kept by the process, for search asks every time."""

from dataclasses import dataclass

from knowledge import embeddings
from knowledge.models import Index


@dataclass(frozen=True, slots=True)
class ActiveIndex:
    """What search has to know of the active index."""

    id: int
    model: str
    dimensions: int


_kept: ActiveIndex | None = None


def active() -> ActiveIndex:
    """The active index as last seen; `look` tells when another has taken its place."""
    return _kept or look()


def look() -> ActiveIndex:
    """The active index as the database has it now. Raises KnowledgeError as its model does."""
    global _kept
    index = Index.objects.active()
    _kept = ActiveIndex(index.pk, index.model, index.dimensions)
    return _kept


def warm() -> None:
    """Loads the active index's model ahead of the first question."""
    embeddings.embed_question("Good morning", Index.objects.active().embedder())
