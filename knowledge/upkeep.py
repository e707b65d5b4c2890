"""What search needs to stay fast as the library grows: the worker sees to it every few minutes."""

from django.db import connection

from knowledge import hnsw, signs
from knowledge.models import Embedding, Index
from knowledge.search import EXACT_BELOW

# Postgres counts words whenever a tenth of the passages is new; only what changed is written.
COUNT_WORDS = """
WITH live AS (
    SELECT count(*) AS passages FROM knowledge_passage WHERE live
), counted AS (
    SELECT word, max(round(share * live.passages))::int AS passages
    FROM pg_stats, live, unnest(most_common_elems::text::text[], most_common_elem_freqs)
         AS common(word, share)
    WHERE schemaname = current_schema() AND tablename = 'knowledge_passage' AND attname = 'words'
      AND word IS NOT NULL
    GROUP BY word
), gone AS (
    DELETE FROM knowledge_commonword WHERE word NOT IN (SELECT word FROM counted)
)
INSERT INTO knowledge_commonword AS kept (word, passages) SELECT word, passages FROM counted
ON CONFLICT (word) DO UPDATE SET passages = excluded.passages
WHERE abs(kept.passages - excluded.passages) > excluded.passages / 10
"""
COUNT_PASSAGES = """
UPDATE knowledge_collection SET passages = counted.passages
FROM (
    SELECT collection.id, count(passage.collection_id) AS passages
    FROM knowledge_collection collection
    LEFT JOIN knowledge_passage passage ON passage.collection_id = collection.id AND passage.live
    GROUP BY collection.id
) counted
WHERE counted.id = knowledge_collection.id AND knowledge_collection.passages <> counted.passages
"""


def tend() -> None:
    """Counts passages and words anew, builds the scans that are worth it now, measures signs."""
    sort_words_in()
    count_passages()
    count_words()
    build_scans()
    signs.measure()


def sort_words_in() -> int:
    """Sorts the words of what came in last into their index; gives from how many of its pages."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('passage_words')")
        return cursor.fetchone()[0]


def count_passages() -> None:
    """Counts the published passages of every collection."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_PASSAGES)


def count_words() -> None:
    """Brings the table of common words up to Postgres's own statistics."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_WORDS)


def build_scans() -> None:
    """Builds the vector scan of every index in use that has none and holds many live passages."""
    # One that is being built gets its own at the end: until then it would slow the building down.
    for index in Index.objects.written().exclude(state=Index.State.BUILDING):
        if not hnsw.built(index) and is_large(index):
            hnsw.build(index)
            note_what_all_see()


def note_what_all_see() -> None:
    """Lets signs be compared without a look into the table, also where that was written anew."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM knowledge_embedding")


def is_large(index: Index) -> bool:
    """Whether an index has so many live vectors that comparing all of them takes too long."""
    live = Embedding.objects.filter(index=index, live=True)
    return live[:EXACT_BELOW].count() >= EXACT_BELOW
