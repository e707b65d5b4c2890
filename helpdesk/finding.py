"""Finds the passages for a question in a conversation, which counts where the question needs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from helpdesk.confidence import confidence
from helpdesk.followup import last_question, queries
from knowledge import indexes
from knowledge.grouping import places
from knowledge.ranking import RERANKED
from knowledge.search import ranked

if TYPE_CHECKING:
    from helpdesk.events import Turn
    from knowledge.embeddings import Asked
    from knowledge.found import Found

# Each query brings so many passages into the sum.
POOL = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """The best `passages`, and how they were found.

    `queries` are what was searched for, with their weights; `candidates` all that were ranked, the
    best first, each with what it was ranked by; `index` the id of the index that was asked.
    """

    passages: tuple[Found, ...]
    queries: tuple[tuple[str, float], ...]
    candidates: tuple[tuple[Found, float], ...]
    index: int


def find(
    question: str,
    user,
    limit: int,
    collections: Iterable[str] | None = None,
    history: Sequence[Turn] = (),
) -> list[Found]:
    """The `limit` best passages for `question` after `history`, the best first.

    Raises KnowledgeError as `search` does.
    """
    return list(look(question, user, limit, collections, history).passages)


def look(
    question: str,
    user,
    limit: int,
    collections: Iterable[str] | None = None,
    history: Sequence[Turn] = (),
    before: Asked | None = None,
) -> Finding:
    """As `find`, with the way there; a question that was embedded `before` is not again."""
    if not last_question(history):
        pool = ranked(question, user, max(limit, RERANKED), collections, before=before)
        return finding([(question, 1.0)], [(found, found.score) for found in pool], limit)
    alone = ranked(question, user, POOL, collections, before=before)
    sure = confidence(question, alone[:limit])
    asked = queries(question, history, sure)
    lists = [
        (alone if query == question else ranked(query, user, POOL, collections), weight)
        for query, weight in asked
    ]
    return finding(asked, summed(lists), limit)


def finding(
    asked: Sequence[tuple[str, float]], candidates: Sequence[tuple[Found, float]], limit: int
) -> Finding:
    best = places(candidates, limit)
    return Finding(tuple(best), tuple(asked), tuple(candidates), indexes.active().id)


def merged(lists: Sequence[tuple[list[Found], float]]) -> list[Found]:
    """The passages of `summed`."""
    return [found for found, _ in summed(lists)]


def summed(lists: Sequence[tuple[list[Found], float]]) -> list[tuple[Found, float]]:
    """The passages by the sum of what they score above the last of each list, times its weight.

    Their similarities are those with the first query; one that it did not find has none, as what
    is like another question says nothing of this one.
    """
    sums: dict[int, float] = {}
    passages: dict[int, Found] = {}
    for found, weight in lists:
        least = min((passage.score for passage in found), default=0.0)
        for passage in found:
            gained = weight * (passage.score - least)
            sums[passage.passage_id] = sums.get(passage.passage_id, 0.0) + gained
            passages[passage.passage_id] = replace(passage, similarity=0.0, sentences=())
    passages |= {passage.passage_id: passage for passage in lists[0][0]}
    return [(passages[key], sums[key]) for key in sorted(sums, key=sums.get, reverse=True)]
