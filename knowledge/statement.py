"""The statement of a search. Its plan follows how many passages a person may see.

Every choice stands in the statement as a condition on a count, so that the half that is not wanted
is never run. Where Postgres must not move a condition to another place, which would lose passages
or take the wrong index, a subquery ends in OFFSET 0; so each candidate's rows are looked up by
their keys, and no table is read whole. The result has no types that carry a length, so that a
prepared statement outlives a change of those.

`size`: about how many passages the person may see, as the worker counted them. `compared_below`:
fewer are compared, for a scan that has to pass over most of what it finds costs in proportion to
all / allowed, comparing in proportion to allowed. `width`: the candidates that a scan keeps; the
setting holds to the statement's end. Where the scan is not wanted, or gave up before it had enough,
it is `lacking`: of `few` passages every vector is compared, of many the signs of their numbers,
which stand in an index, and the vectors of those that are nearest by these. An index whose signs
tell too little is treated as one of few. What comes from one
table or the other has its place there `at` hand, which finds the row again without an index.

`matched`: where few passages are allowed, those of them that hold any word of the question. Else
those that hold one of its rarest words, `rare`, as many as bring `matches` passages together: an OR
of all words would match most passages there are, and ranking them would take most of the time.

`fused` ranks all candidates; only the best of them have their sentences compared.
"""

ASKED = """
WITH asked AS MATERIALIZED (
    SELECT {vector}::{type} AS vector, binary_quantize({vector}::{type}) AS signs,
           replace(plainto_tsquery('english', {question})::text, ' & ', ' | ')::tsquery AS words
), allowed AS MATERIALIZED (
    SELECT id, passages FROM ({allowed}) visible
    WHERE EXISTS (SELECT FROM knowledge_index WHERE id = {index} AND state = '{state}')
), scan AS MATERIALIZED (
    SELECT max(reltuples) AS passages, CASE WHEN max(reltuples) > 0 THEN
               greatest({exact_below}, max(reltuples) / {scanned_share})::bigint
           END AS compared_below,
           set_config('hnsw.ef_search', least(greatest(
               {scan_width}, sqrt(max(reltuples) / {scan_share})), 1000)::int::text, true) AS width
    FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid AND indisvalid
    WHERE pg_class.oid = to_regclass('{scan}')
), size AS MATERIALIZED (
    SELECT coalesce(sum(passages), 0) AS passages FROM allowed
)"""

RARE_WORDS = """, rare AS MATERIALIZED (
    SELECT coalesce(string_agg(quoted, ' | '), '')::tsquery AS words FROM (
        SELECT '''' || replace(replace(lexeme, '\\', '\\\\'), '''', '''''') || '''' AS quoted,
               sum(coalesce(passages, 1)) OVER rarest AS matches,
               row_number() OVER rarest AS place
        FROM unnest(tsvector_to_array(to_tsvector('english', {question}))) lexeme
        LEFT JOIN knowledge_commonword ON word = lexeme
        WINDOW rarest AS (ORDER BY coalesce(passages, 1), lexeme)
    ) counted
    WHERE matches <= {matches} * (
        SELECT CASE WHEN size.passages < compared_below
               THEN least(scan.passages / greatest(size.passages, 1), {wider}) ELSE 1 END
        FROM scan, size
    ) OR place = 1 AND matches <= {most_matches}
)"""

BY_VECTOR = """, scanned AS MATERIALIZED (
    SELECT id, at, -(vector <#> (SELECT vector FROM asked)) AS similarity FROM (
        SELECT passage_id AS id, ctid AS at, vector, collection_id FROM knowledge_embedding
        WHERE live AND index_id = {index}
          AND (SELECT size.passages >= compared_below AND width IS NOT NULL FROM size, scan)
        ORDER BY vector::{type} <#> (SELECT vector FROM asked) OFFSET 0
    ) nearest
    WHERE collection_id = ANY (ARRAY(SELECT id FROM allowed)) LIMIT {candidates}
), lacking AS MATERIALIZED (
    SELECT passages < {exact_below} OR NOT EXISTS (
        SELECT FROM knowledge_index WHERE id = {index} AND signs_recall >= {least_recall}
    ) AS few FROM size
    WHERE (SELECT count(*) FROM scanned) < {candidates}
), coarse AS (
    SELECT every.id FROM allowed CROSS JOIN LATERAL (
        SELECT passage_id AS id, signs <~> (SELECT signs FROM asked) AS differing
        FROM knowledge_embedding
        WHERE live AND index_id = {index} AND collection_id = allowed.id
          AND (SELECT NOT few FROM lacking)
        OFFSET 0
    ) every ORDER BY differing
    LIMIT (SELECT greatest({candidates}, {coarse} * sqrt(passages))::bigint FROM size)
), compared AS (
    SELECT every.* FROM allowed CROSS JOIN LATERAL (
        SELECT passage_id AS id, ctid AS at, -(vector <#> (SELECT vector FROM asked)) AS similarity
        FROM knowledge_embedding
        WHERE live AND index_id = {index} AND collection_id = allowed.id
          AND (SELECT few FROM lacking)
        OFFSET 0
    ) every
    UNION ALL
    SELECT id, each.* FROM coarse CROSS JOIN LATERAL (
        SELECT ctid AS at, -(vector <#> (SELECT vector FROM asked)) AS similarity
        FROM knowledge_embedding WHERE passage_id = coarse.id AND index_id = {index} OFFSET 0
    ) each
), by_vector AS MATERIALIZED (
    SELECT * FROM scanned WHERE NOT EXISTS (SELECT FROM lacking)
    UNION ALL
    (SELECT * FROM compared ORDER BY similarity DESC LIMIT {candidates})
)"""

BY_TEXT = """, matched AS (
    SELECT every.* FROM asked CROSS JOIN allowed CROSS JOIN LATERAL (
        SELECT id, ctid AS at, version_id, words FROM knowledge_passage
        WHERE live AND collection_id = allowed.id AND (SELECT passages FROM size) < {few}
        OFFSET 0
    ) every WHERE every.words @@ asked.words
    UNION ALL
    SELECT id, at, version_id, words FROM (
        SELECT id, ctid AS at, version_id, words, collection_id FROM knowledge_passage
        WHERE live AND words @@ (SELECT words FROM rare) AND (SELECT passages FROM size) >= {few}
        OFFSET 0
    ) every WHERE collection_id = ANY (ARRAY(SELECT id FROM allowed))
), by_text AS (
    SELECT id, at, version_id, ts_rank(matched.words, asked.words, {normalisation}) AS text_score
    FROM matched, asked
    ORDER BY text_score DESC LIMIT {candidates}
)"""

SCORED = """, candidate AS (
    SELECT by_vector.id, by_vector.at AS embedding, similarity,
           passage.at AS passage, version_id, text_score
    FROM asked CROSS JOIN by_vector CROSS JOIN LATERAL (
        SELECT ctid AS at, version_id, ts_rank(words, asked.words, {normalisation}) AS text_score
        FROM knowledge_passage WHERE id = by_vector.id OFFSET 0
    ) passage
    UNION ALL
    SELECT id, embedding.at, similarity, by_text.at, version_id, text_score
    FROM asked CROSS JOIN by_text CROSS JOIN LATERAL (
        SELECT ctid AS at, -(vector <#> asked.vector) AS similarity FROM knowledge_embedding
        WHERE passage_id = by_text.id AND index_id = {index} OFFSET 0
    ) embedding
    WHERE NOT id = ANY (ARRAY(SELECT id FROM by_vector))
), scored AS MATERIALIZED (
    SELECT candidate.* FROM candidate
    CROSS JOIN LATERAL (
        SELECT FROM knowledge_version
        WHERE id = version_id
          AND coalesce(effective_from <= {today}, true)
          AND coalesce(expires_on >= {today}, true)
        OFFSET 0
    ) in_force
), fused AS MATERIALIZED (
    SELECT scored.*,
           similarity
           + {text_weight} * text_score / greatest(max(text_score) OVER (), 1e-9) AS score,
           rank() OVER (ORDER BY similarity DESC) AS vector_rank,
           CASE WHEN text_score > 0 THEN rank() OVER (ORDER BY text_score DESC) END AS text_rank
    FROM scored ORDER BY score DESC, id LIMIT {sentences_compared}
), best AS MATERIALIZED (
    SELECT fused.id, passage, similarity, text_score, vector_rank, text_rank,
           coalesce(sentence_scores, '{{}}') AS sentence_scores,
           score + {sentence_weight} * coalesce(closest, 0) AS score
    FROM fused CROSS JOIN LATERAL (
        SELECT sentences FROM knowledge_embedding WHERE ctid = fused.embedding OFFSET 0
    ) each CROSS JOIN LATERAL (
        SELECT array_agg(one) AS sentence_scores, max(one) AS closest FROM (
            SELECT -(unnest(sentences) <#> (SELECT vector FROM asked)) AS one OFFSET 0
        ) compared
    ) sentence
    ORDER BY score DESC, id LIMIT {limit}
)
SELECT best.id, told.version_id, document_id, name, title, slug, number, date, headings, text, page,
       score, similarity, vector_rank, text_rank, text_score, ordinal, page_starts,
       sentences, sentence_scores
FROM best CROSS JOIN LATERAL (
    SELECT version_id, document_id, document.name::text, collection.slug::text, version.number,
           headings, text, coalesce(nullif(document.title, ''), document.name)::text AS title,
           coalesce(version.effective_from, version.uploaded_at::date)::text AS date,
           CASE WHEN version.paged THEN passage.page END AS page, ordinal, page_starts, sentences
    FROM knowledge_passage passage
    JOIN knowledge_version version ON version.id = passage.version_id
    JOIN knowledge_document document ON document.id = version.document_id
    JOIN knowledge_collection collection ON collection.id = document.collection_id
    WHERE passage.ctid = best.passage OFFSET 0
) told
ORDER BY score DESC, best.id
"""

STATEMENT = ASKED + BY_VECTOR + RARE_WORDS + BY_TEXT + SCORED
# The vector search alone, and the words that the full-text search looks for.
NEAREST = ASKED + BY_VECTOR + " SELECT id FROM by_vector"  # noqa: S608 - all of it stands here
RAREST = ASKED + RARE_WORDS + " SELECT words::text FROM rare"  # noqa: S608
