"""Finds the curated answer to a question: one statement, with the person's rights in it."""

from dataclasses import dataclass
from time import monotonic

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from pgvector import HalfVector
from pgvector.django import MaxInnerProduct

from helpdesk.events import Quote
from helpdesk.models import CuratedAnswer, CuratedPhrasing
from helpdesk.rebuilding import found
from helpdesk.same_question import same
from knowledge import embeddings, indexes

# So many of the nearest phrasings are compared word by word.
NEAREST = 5
# Seconds for which a process relies on its knowing that there are none.
LOOK_EVERY = 5.0


@dataclass(frozen=True, slots=True)
class Answered:
    """A curated answer with its quotes; `note` tells who answers for it."""

    pk: int
    text: str
    quotes: tuple[Quote, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Match:
    """What fits a question: an answer to it, or one to a question like it that may be `offered`."""

    answered: Answered | None = None
    offered: int | None = None
    similarity: float = 0.0


_looked: tuple[float, bool] | None = None


def forget() -> None:
    """Lets the next question look whether there are any."""
    global _looked
    _looked = None


def any_there() -> bool:
    """Whether any curated answer is active, as last seen: most desks pay no query for it."""
    global _looked
    now = monotonic()
    if _looked is None or now - _looked[0] > LOOK_EVERY:
        _looked = now, CuratedAnswer.objects.filter(active=True).exists()
    return _looked[1]


def match(question: str, user) -> Match:
    """The curated answer to `question` that `user` may read.

    Raises KnowledgeError when the embedding model fails.
    """
    if not any_there():
        return Match()
    index = indexes.active()
    vector = embeddings.embed_question(question, embeddings.embedder(index.model))
    near = nearest(vector, index.id, user)
    for answer_id, text, similarity in near:
        if same(question, text):
            if answered := whole(answer_id):
                return Match(answered, similarity=similarity)
            return Match()
    if near and near[0][2] >= settings.CURATED_SIMILARITY:
        return Match(offered=near[0][0], similarity=near[0][2])
    return Match()


def nearest(vector, index_id: int, user) -> list[tuple[int, str, float]]:
    """The phrasings that come nearest among those that answer `user`: answer, text, cosine."""
    rows = (
        CuratedPhrasing.objects.filter(
            index=index_id, answer__in=CuratedAnswer.objects.answering(user).values("pk")
        )
        .annotate(distance=MaxInnerProduct("vector", HalfVector(vector.tolist())))
        .order_by("distance")
        .values_list("answer_id", "text", "distance")
    )
    return [(pk, text, -distance) for pk, text, distance in rows[:NEAREST]]


def offer(answer_id: int | None, user) -> dict | None:
    """The curated answer that was offered, as far as it answers `user` today."""
    if not answer_id:
        return None
    row = CuratedAnswer.objects.answering(user).filter(pk=answer_id)
    return row.values("question", "team").first()


def whole(answer_id: int) -> Answered | None:
    """The answer with its quotes; None where it has gone meanwhile."""
    row = CuratedAnswer.objects.filter(pk=answer_id).first()
    if row is None:
        return None
    sources = row.sources.select_related("passage__version__document__collection")
    quotes = [
        Quote(source.number, found(source.passage), source.start, source.end)
        for source in sources.defer("passage__words")
        if source.passage
    ]
    told = {"team": row.team, "day": date_format(row.checked_on, "j F Y")}
    note = _("Answered by %(team)s, checked on %(day)s.") % told
    return Answered(row.pk, row.answer, tuple(quotes), note)
