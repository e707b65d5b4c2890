"""Finds the passages for a question in a conversation, which counts where the question needs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from helpdesk.confidence import confidence
from helpdesk.followup import last_question, queries
from knowledge.grouping import MORE, grouped
from knowledge.search import ranked, search

if TYPE_CHECKING:
    from helpdesk.events import Turn
    from knowledge.found import Found

# Each query brings so many passages into the sum.
POOL = 20


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
    if not last_question(history):
        return search(question, user, limit, collections)
    alone = ranked(question, user, POOL, collections)
    sure = confidence(question, alone[:limit])
    lists = [
        (alone if query == question else ranked(query, user, POOL, collections), weight)
        for query, weight in queries(question, history, sure)
    ]
    return grouped(merged(lists)[: limit + MORE], limit)


def merged(lists: Sequence[tuple[list[Found], float]]) -> list[Found]:
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
    return [passages[key] for key in sorted(sums, key=sums.get, reverse=True)]
