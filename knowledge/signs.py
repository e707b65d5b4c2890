"""Whether the signs of an index's vectors tell which are nearest, measured on the index itself.

Search compares signs before vectors where many passages may be seen. A model whose numbers lie all
on one side of zero, or of which few numbers hold most of the spread, would lose passages by it,
without a word; so the share of the nearest that signs find is kept with the index, and the
statement compares signs only where it is high enough.
"""

from django.db import connection
from django.db.models import Sum

from knowledge import search
from knowledge.models import Collection, Index

# So many passages are compared with each other, for so many questions of so many nearest each.
SAMPLE = 10_000
QUESTIONS = 100
NEAREST = 10
# A passage's sentence stands for a question: the passage itself lies nearer to its neighbours than
# questions do, and would find more.
MEASURE = """
WITH sample AS MATERIALIZED (
    SELECT passage_id AS id, vector, signs
    FROM knowledge_embedding TABLESAMPLE BERNOULLI (%(percent)s) REPEATABLE (1)
    WHERE live AND index_id = %(index)s
), kept AS (
    SELECT %(coarse)s * sqrt(count(*)) AS passages FROM sample
), asked AS MATERIALIZED (
    SELECT id, sentence, binary_quantize(sentence)::varbit AS signs FROM (
        SELECT passage_id AS id, coalesce(sentences[1], vector) AS sentence
        FROM knowledge_embedding
        WHERE index_id = %(index)s AND passage_id = ANY (ARRAY(
            SELECT id FROM sample ORDER BY hashint8(id) LIMIT %(questions)s
        ))
    ) told
)
SELECT avg((nearest.id = ANY (found.ids))::int) FROM asked
CROSS JOIN LATERAL (
    SELECT ARRAY(
        SELECT id FROM sample WHERE id <> asked.id ORDER BY signs <~> asked.signs
        LIMIT (SELECT passages::bigint FROM kept)
    ) AS ids
) found
CROSS JOIN LATERAL (
    SELECT id FROM sample WHERE id <> asked.id ORDER BY vector <#> asked.sentence
    LIMIT %(nearest)s
) nearest
"""


def measure() -> None:
    """Measures the indexes in use that are large enough for signs, and again once twice as large.

    Counts on what `upkeep.count_passages` has counted.
    """
    passages = Collection.objects.aggregate(all=Sum("passages"))["all"] or 0
    if passages < search.EXACT_BELOW:
        return
    due = Index.objects.written().exclude(state=Index.State.BUILDING)
    for index in due.filter(signs_passages__lte=passages // 2):
        told = {"signs_recall": recall(index, passages), "signs_passages": passages}
        Index.objects.filter(pk=index.pk).update(**told)


def recall(index: Index, passages: int) -> float | None:
    """The share of the nearest vectors that signs find, from 0 to 1; None of an empty index."""
    values = {
        "index": index.pk,
        "percent": min(100 * SAMPLE / passages, 100),
        "coarse": search.COARSE,
        "questions": QUESTIONS,
        "nearest": NEAREST,
    }
    with connection.cursor() as cursor:
        cursor.execute(MEASURE, values)
        (found,) = cursor.fetchone()
    return None if found is None else float(found)
