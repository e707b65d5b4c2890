"""Generated passages into the database, by COPY: a million of them in minutes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

from django.db import connection

from knowledge import copying
from knowledge.benchmarks.generated import PASSAGES_A_DOCUMENT, Corpus, Generated
from knowledge.models import Collection, Document, Embedding, Index, Passage, Version

BATCH = 2000
PASSAGES = """
COPY knowledge_passage
(id, version_id, collection_id, live, ordinal, headings, text, page, page_starts, spans, sentences)
FROM STDIN
"""


def load(corpus: Corpus, index: Index, collections: list[Collection], say: Callable) -> None:
    """Writes all passages into an empty database; document n lies in `collections[n]`."""
    documents(collections)
    passages = enumerate(corpus.passages(), start=1)
    done = 0
    while batch := list(islice(passages, BATCH)):
        copy_passages(batch, collections)
        copying.embeddings(
            [embedding(key, each, collections[each.document], index) for key, each in batch]
        )
        done += len(batch)
        say(f"{done:,} of {corpus.size:,} passages written")


@contextmanager
def words_unsorted() -> Iterator[None]:
    """Without the full-text index, which is made in a tenth of the time at the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'passage_words'")
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX passage_words")
        yield
        cursor.execute(definition)


def settle() -> None:
    """Brings Postgres's statistics and maps up to date, as it does by itself after a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE knowledge_passage, knowledge_embedding, knowledge_version")


def documents(collections: list[Collection]) -> None:
    """One document with one version each, their keys counted from 1."""
    rows = enumerate(collections, start=1)
    made = [Document(pk=n, collection=where, name=f"document-{n}") for n, where in rows]
    Document.objects.bulk_create(made, batch_size=BATCH)
    Version.objects.bulk_create(
        [
            Version(pk=one.pk, document=one, number=1, sha256="0" * 64, size=1, status="ready")
            for one in made
        ],
        batch_size=BATCH,
    )


def copy_passages(batch: list[tuple[int, Generated]], collections) -> None:
    with connection.cursor() as cursor, cursor.copy(PASSAGES) as copy:
        for key, passage in batch:
            where, ordinal = collections[passage.document].pk, (key - 1) % PASSAGES_A_DOCUMENT
            offsets = [offset for span in passage.spans for offset in span]
            heading = f"Document {passage.document + 1}"
            version = passage.document + 1
            texts = [heading, passage.text, 1, [], "[]", offsets]
            copy.write_row([key, version, where, True, ordinal, *texts])


def embedding(key: int, passage: Generated, where: Collection, index: Index) -> Embedding:
    return Embedding(
        index=index,
        passage=Passage(pk=key),
        collection=where,
        live=True,
        vector=passage.vector,
        sentences=list(passage.sentences),
    )
