"""Search: one statement that fuses vectors and full text among the passages a user may see."""

from collections.abc import Iterable

import numpy as np
from django.utils import timezone

from knowledge import embeddings, hnsw, indexes, prepared, rights
from knowledge.embeddings import Asked
from knowledge.found import Found, Sentence
from knowledge.grouping import places
from knowledge.indexes import ActiveIndex
from knowledge.ranking import RERANKED, reranked
from knowledge.rights import Rights
from knowledge.statement import STATEMENT

# No question needs more characters; Postgres's time grows with the square of its words.
LONGEST_QUESTION = 10_000
# Each of the two searches gives so many candidates to be scored.
CANDIDATES = 40
# How much the best sentence and the full text count beside the passage's own similarity.
SENTENCE_WEIGHT = 1.0
TEXT_WEIGHT = 0.4
# ts_rank divides by 1 + log(length): long passages don't win by their length alone.
TEXT_NORMALISATION = 1
# Fewer passages that a person may see are compared one by one, and no scan is built for them.
EXACT_BELOW = 5_000
# Who may see less than this part of all passages has no scan; their signs are compared first, and
# of the nearest, so many times the root of how many they are, the vectors.
SCANNED_SHARE = 8
COARSE = 4
# An index whose signs find less of the nearest, or were not measured yet, goes without.
LEAST_RECALL = 0.98
# A scan keeps so many candidates, or the root of this part of all passages: more find more of what
# comparing finds.
SCAN_WIDTH = 48
SCAN_SHARE = 12
# Among so few, every passage that holds any word of the question is ranked.
FEW = 3_000
# Else the rarest words, that stand in so many passages together; the rarest one in so many.
MATCHES = 600
MOST_MATCHES = 20_000
# Where few passages are allowed, so many times more are matched to find enough of them.
WIDER = 4
# How many candidates have their sentences compared.
SENTENCES_COMPARED = 30


def search(
    question: str,
    user,
    limit: int = 5,
    collections: Iterable[str] | None = None,
    within: ActiveIndex | None = None,
) -> list[Found]:
    """The `limit` best places that `user` may see, the best first; neighbours share one.

    `collections` narrows to these slugs; `within` asks another index than the active one. Raises
    KnowledgeError when the embedding model fails.
    """
    pool = ranked(question, user, max(limit, RERANKED), collections, within)
    return places([(found, found.score) for found in pool], limit)


def ranked(
    question: str,
    user,
    limit: int,
    collections: Iterable[str] | None = None,
    within: ActiveIndex | None = None,
    before: Asked | None = None,
) -> list[Found]:
    """As `search`, each passage by itself; a question that was embedded `before` is not again."""
    # Neither Postgres nor the tokenizer takes half a surrogate pair, as JSON may bring one.
    question = question[:LONGEST_QUESTION].encode(errors="replace").decode()
    question = question.replace("\x00", " ").strip()
    if not question:
        return []
    allowed = rights.reading(user, collections)
    index = within or indexes.active()
    found = ask(question, index, allowed, limit, before)
    # Nothing at all is found as well when another index has become active, here unnoticed yet.
    while not found and not within and (now := indexes.look()) != index:
        index = now
        found = ask(question, index, allowed, limit, before)
    return found


def ask(
    question: str, index: ActiveIndex, allowed: Rights, limit: int, before: Asked | None = None
) -> list[Found]:
    """The `limit` best passages, best first, of what `allowed` lets be read.

    `before` is the question as it was embedded earlier. Raises KnowledgeError as the model does.
    """
    vector = embeddings.asked(question, index.model, before).vector
    return reranked(question, run(question, vector, index, allowed, max(limit, RERANKED)), limit)


def run(
    question: str, vector: np.ndarray, index: ActiveIndex, allowed: Rights, limit: int
) -> list[Found]:
    """The statement itself."""
    return [found(row) for row in rows(STATEMENT, question, vector, index, allowed, limit)]


def rows(
    statement: str,
    question: str,
    vector: np.ndarray,
    index: ActiveIndex,
    allowed: Rights,
    limit: int,
) -> list[tuple]:
    """What `statement`, or another made of its parts, gives."""
    given = [prepared.Halves.of(vector), question, timezone.localdate()]
    names = [f"${len(given) + n}" for n in range(1, len(allowed.parameters) + 1)]
    text = statement.format(
        vector="$1",
        question="$2",
        today="$3",
        allowed=allowed.sql % tuple(names),
        index=index.id,
        state=index.state,
        type=hnsw.scanned(index.dimensions),
        scan=f"{hnsw.PREFIX}{index.id}",
        exact_below=EXACT_BELOW,
        scanned_share=SCANNED_SHARE,
        coarse=COARSE,
        least_recall=LEAST_RECALL,
        scan_width=SCAN_WIDTH,
        scan_share=SCAN_SHARE,
        few=FEW,
        matches=MATCHES,
        most_matches=MOST_MATCHES,
        wider=WIDER,
        candidates=max(CANDIDATES, limit),
        sentences_compared=max(SENTENCES_COMPARED, limit),
        normalisation=TEXT_NORMALISATION,
        sentence_weight=SENTENCE_WEIGHT,
        text_weight=TEXT_WEIGHT,
        limit=limit,
    )
    with prepared.cursor() as cursor:
        cursor.execute(text, [*given, *allowed.parameters])
        return cursor.fetchall()


def written(vector: np.ndarray) -> str:
    """A vector as pgvector reads it, to the digits that half precision holds."""
    return f"[{','.join([f'{number:.6g}' for number in vector.tolist()])}]"


def found(row: tuple) -> Found:
    *values, ordinal, starts, offsets, scores = row
    pairs = zip(offsets[::2], offsets[1::2], strict=True)
    sentences = tuple(Sentence(*pair, score) for pair, score in zip(pairs, scores, strict=True))
    page_starts = tuple(zip(starts[::2], starts[1::2], strict=True))
    return Found(*values, page_starts=page_starts, sentences=sentences, ordinal=ordinal)
