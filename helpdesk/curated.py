"""Finds the curated answer to a question: one statement, with the person's rights in it."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from time import monotonic

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from helpdesk import greetings
from helpdesk.events import Quote
from helpdesk.models import CuratedAnswer, CuratedPhrasing
from helpdesk.rebuilding import found
from helpdesk.same_question import same
from knowledge import embeddings, indexes
from knowledge.embeddings import Asked
from knowledge.search import written

# So many of the nearest phrasings are compared word by word.
NEAREST = 5
# Seconds for which a process relies on its knowing that there are none.
LOOK_EVERY = 5.0
# Readers whose SQL is kept.
KEPT = 1_000
NEAREST_OF = (
    "SELECT answer_id, text, -(vector <#> %s::halfvec) AS similarity FROM ({}) phrasings"
    " ORDER BY similarity DESC LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A curated answer with its quotes; `note` tells who answers for it."""

    pk: int
    text: str
    quotes: tuple[Quote, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Match:
    """What fits a question: an answer to it, or one to a question like it that may be `offered`.

    `phrasing` is the pinned question that comes nearest, `similarity` its cosine with the one that
    was `asked`.
    """

    answered: Answered | None = None
    offered: int | None = None
    phrasing: str = ""
    similarity: float = 0.0
    asked: Asked | None = None


_looked: tuple[float, bool] | None = None


def forget() -> None:
    """Lets the next question look whether there are any."""
    global _looked
    _looked = None


def any_there() -> bool:
    """Whether any curated answer is active, as last seen: most desks pay no query for it."""
    global _looked
    if (known := last_seen()) is not None:
        return known
    _looked = found = monotonic(), CuratedAnswer.objects.filter(active=True).exists()
    return found[1]


def known_empty() -> bool:
    """Whether there are none, as far as the process knows without a look."""
    return last_seen() is False


def last_seen() -> bool | None:
    """Whether there were any at the last look; None where that is too long ago."""
    # Another thread may forget it meanwhile.
    seen = _looked
    return seen[1] if seen and monotonic() - seen[0] <= LOOK_EVERY else None


def match(question: str, user, before: Asked | None = None) -> Match:
    """The curated answer to `question` that `user` may read.

    A question that was embedded `before` is not again. Raises KnowledgeError when the embedding
    model fails.
    """
    if not any_there():
        return Match()
    index = indexes.active()
    asked = embeddings.asked(question, index.model, before)
    near = nearest(asked.vector, index.id, user)
    for answer_id, text, similarity in near:
        if same(question, text):
            return Match(whole(answer_id, user), None, text, similarity, asked)
    for answer_id, text, similarity in near[:1]:
        if similarity >= settings.CURATED_SIMILARITY:
            return Match(None, answer_id, text, similarity, asked)
    return Match(asked=asked)


def pinned(courtesy: str, user) -> Answered | None:
    """The curated answer that `user` may read and that has just these words for a question.

    A courtesy has few words and no matter: what else is like it says something else.
    """
    said = greetings.words(courtesy)
    if not said or not any_there():
        return None
    answers = CuratedAnswer.objects.answering(user).values("pk")
    rows = CuratedPhrasing.objects.filter(answer__in=answers)
    short = rows.alias(length=Length("text")).filter(length__lte=greetings.MOST_CHARS)
    texts = short.order_by("pk").values_list("answer_id", "text")
    found = (pk for pk, text in texts if greetings.words(text) == said)
    return whole(pk, user) if (pk := next(found, None)) else None


def nearest(vector, index_id: int, user) -> list[tuple[int, str, float]]:
    """The phrasings that come nearest among those that answer `user`: answer, text, cosine."""
    reader = (user.pk, user.is_active, user.is_superuser)
    sql, parameters = answering(*reader, index_id, timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute(NEAREST_OF.format(sql), [written(vector), *parameters, NEAREST])
        return cursor.fetchall()


@lru_cache(KEPT)
def answering(pk, active: bool, superuser: bool, index_id: int, today: date) -> tuple[str, tuple]:
    """The phrasings that answer a reader, as SQL: writing it takes the ORM several times as long as
    running it takes Postgres. Sources, days and groups are looked up by it at every question."""
    user = get_user_model()(pk=pk, is_active=active, is_superuser=superuser)
    answers = CuratedAnswer.objects.answering(user, today).values("pk")
    found = CuratedPhrasing.objects.filter(index=index_id, answer__in=answers).order_by()
    return found.values("answer_id", "text", "vector").query.sql_with_params()


def offer(answer_id: int | None, user) -> dict | None:
    """The curated answer that was offered, as far as it answers `user` today."""
    if not answer_id:
        return None
    row = CuratedAnswer.objects.answering(user).filter(pk=answer_id)
    return row.values("question", "team").first()


def whole(answer_id: int, user) -> Answered | None:
    """The answer with its quotes; None where it answers `user` no more."""
    row = CuratedAnswer.objects.answering(user).filter(pk=answer_id).first()
    if row is None:
        return None
    sources = row.sources.select_related("passage__version__document__collection")
    quotes = [
        Quote(source.number, found(source.passage), source.start, source.end)
        for source in sources.defer("passage__words")
        if source.passage
    ]
    told = {"team": row.team, "day": date_format(row.checked_on, _("j F Y"))}
    note = _("Answered by %(team)s, checked on %(day)s.") % told
    return Answered(row.pk, row.answer, tuple(quotes), note)
