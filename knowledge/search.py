"""Search: one statement that fuses vectors and full text among the passages a user may see."""

from collections.abc import Iterable

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils import timezone
from pgvector import Vector

from knowledge import embeddings, indexes
from knowledge.found import Found, Sentence
from knowledge.grouping import MORE, grouped
from knowledge.indexes import ActiveIndex
from knowledge.models import Collection
from knowledge.ranking import RERANKED, reranked

# No question needs more characters; Postgres's time grows with the square of its words.
LONGEST_QUESTION = 10_000
# Each of the two searches gives so many candidates to be scored.
CANDIDATES = 60
# How much the best sentence and the full text count beside the passage's own similarity.
SENTENCE_WEIGHT = 1.0
TEXT_WEIGHT = 0.4
# ts_rank divides by 1 + log(length): long passages don't win by their length alone.
TEXT_NORMALISATION = 1
# Below so many passages that a user may see, comparing with every one is faster and exact.
EXACT_BELOW = 20_000


# `by_vector` compares with every passage where few are allowed, and scans the index where many are:
# of its two halves, the one whose condition on `size` is false is never run. OFFSET 0 keeps the
# planner from the index, which would lose passages under a narrow filter.
STATEMENT = """
WITH asked AS (
    SELECT %(vector)s::vector AS vector,
           replace(plainto_tsquery('english', %(question)s)::text, ' & ', ' | ')::tsquery AS words
), allowed AS MATERIALIZED (
    SELECT id FROM ({allowed}) visible
    WHERE EXISTS (SELECT FROM knowledge_index WHERE id = {index} AND state = 'active')
), size AS MATERIALIZED (
    SELECT count(*) AS passages FROM (
        SELECT FROM knowledge_embedding
        WHERE live AND index_id = {index} AND collection_id IN (SELECT id FROM allowed)
        LIMIT %(exact_below)s
    ) counted
), by_vector AS (
    (SELECT passage_id AS id FROM (
        SELECT passage_id, each.vector <#> asked.vector AS distance
        FROM knowledge_embedding each, asked
        WHERE each.live AND each.index_id = {index}
          AND each.collection_id IN (SELECT id FROM allowed)
          AND (SELECT passages FROM size) < %(exact_below)s
        OFFSET 0
    ) every ORDER BY distance LIMIT %(candidates)s)
    UNION ALL
    (SELECT passage_id
    FROM knowledge_embedding each
    WHERE each.live AND each.index_id = {index}
      AND each.collection_id = ANY (ARRAY(SELECT id FROM allowed))
      AND (SELECT passages FROM size) >= %(exact_below)s
    ORDER BY each.vector::vector({dimensions}) <#> (SELECT vector FROM asked) LIMIT %(candidates)s)
), by_text AS (
    SELECT passage.id
    FROM knowledge_passage passage, asked
    WHERE passage.live AND passage.words @@ asked.words
      AND passage.collection_id IN (SELECT id FROM allowed)
    ORDER BY ts_rank(passage.words, asked.words, %(normalisation)s) DESC
    LIMIT %(candidates)s
), candidate AS (
    SELECT id FROM by_vector UNION SELECT id FROM by_text
), scored AS (
    SELECT passage.*,
           -(each.vector <#> asked.vector) AS similarity,
           ts_rank(passage.words, asked.words, %(normalisation)s) AS text_score,
           ARRAY(SELECT -(sentence.vector <#> asked.vector::halfvec)
                 FROM unnest(each.sentences) WITH ORDINALITY AS sentence(vector, place)
                 ORDER BY place) AS sentence_scores
    FROM candidate
    JOIN knowledge_passage passage USING (id)
    JOIN knowledge_version dated ON dated.id = passage.version_id
     AND coalesce(dated.effective_from <= %(today)s, true)
     AND coalesce(dated.expires_on >= %(today)s, true)
    JOIN knowledge_embedding each ON each.passage_id = passage.id AND each.index_id = {index},
    asked
), fused AS (
    SELECT scored.*,
           similarity
           + %(sentence_weight)s * coalesce((SELECT max(s) FROM unnest(sentence_scores) s), 0)
           + %(text_weight)s * text_score / greatest(max(text_score) OVER (), 1e-9) AS score,
           rank() OVER (ORDER BY similarity DESC) AS vector_rank,
           CASE WHEN text_score > 0 THEN rank() OVER (ORDER BY text_score DESC) END AS text_rank
    FROM scored
)
SELECT fused.id, version.id, document.id, document.name,
       coalesce(nullif(document.title, ''), document.name), collection.slug, version.number,
       coalesce(version.finished_at, version.uploaded_at)::date::text, fused.headings, fused.text,
       CASE WHEN version.paged THEN fused.page END, fused.score, fused.similarity,
       fused.vector_rank, fused.text_rank, fused.text_score, fused.ordinal, fused.page_starts,
       fused.sentences, fused.sentence_scores
FROM fused
JOIN knowledge_version version ON version.id = fused.version_id
JOIN knowledge_document document ON document.id = version.document_id
JOIN knowledge_collection collection ON collection.id = document.collection_id
ORDER BY fused.score DESC, fused.id
LIMIT %(limit)s
"""


def search(
    question: str, user, limit: int = 5, collections: Iterable[str] | None = None
) -> list[Found]:
    """The `limit` best passages that `user` may see, the best first.

    `collections` narrows to these slugs. Raises KnowledgeError when the embedding model fails.
    """
    # Neither Postgres nor the tokenizer takes half a surrogate pair, as JSON may bring one.
    question = question[:LONGEST_QUESTION].encode(errors="replace").decode()
    question = question.replace("\x00", " ").strip()
    if not question:
        return []
    allowed = Collection.objects.visible_to(user)
    if collections is not None:
        allowed = allowed.filter(slug__in=collections)
    index = indexes.active()
    found = ask(question, index, allowed, limit)
    # Nothing at all is found as well when another index has become active, here unnoticed yet.
    if not found and indexes.look() != index:
        found = ask(question, indexes.active(), allowed, limit)
    return found


def ask(question: str, index: ActiveIndex, allowed, limit: int) -> list[Found]:
    vector = embeddings.embed_question(question, embeddings.embedder(index.model))
    candidates = run(question, vector, index, allowed, max(limit, RERANKED))
    # A few more than the limit, for neighbours join and leave places free.
    return grouped(reranked(question, candidates, limit + MORE), limit)


def run(question: str, vector: np.ndarray, index: ActiveIndex, allowed, limit: int) -> list[Found]:
    """The statement itself; `allowed` is a queryset of collections."""
    rights, rights_parameters = named(allowed)
    statement = STATEMENT.format(allowed=rights, index=index.id, dimensions=index.dimensions)
    parameters = rights_parameters | {
        "vector": Vector(vector).to_text(),
        "question": question,
        "today": timezone.localdate(),
        "normalisation": TEXT_NORMALISATION,
        "candidates": max(CANDIDATES, limit),
        "sentence_weight": SENTENCE_WEIGHT,
        "text_weight": TEXT_WEIGHT,
        "exact_below": EXACT_BELOW,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [found(row) for row in cursor.fetchall()]


def named(allowed) -> tuple[str, dict]:
    """The queryset's own SQL, with its parameters named."""
    try:
        sql, parameters = allowed.order_by().values("id").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL::bigint AS id WHERE false", {}
    names = [f"right_{i}" for i in range(len(parameters))]
    return sql % tuple(f"%({name})s" for name in names), dict(zip(names, parameters, strict=True))


def found(row: tuple) -> Found:
    *values, ordinal, starts, offsets, scores = row
    pairs = zip(offsets[::2], offsets[1::2], strict=True)
    sentences = tuple(Sentence(*pair, score) for pair, score in zip(pairs, scores, strict=True))
    page_starts = tuple(zip(starts[::2], starts[1::2], strict=True))
    return Found(*values, page_starts=page_starts, sentences=sentences, ordinal=ordinal)
