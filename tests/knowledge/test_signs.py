"""Signs are compared where they tell which vectors are nearest, and left out where they do not."""

import numpy as np
import pytest
from django.db import connection
from django.urls import reverse

from knowledge import embeddings, indexes, rights, search, signs, upkeep
from knowledge.benchmarks import loading
from knowledge.benchmarks.generated import Corpus
from knowledge.demo.company import DOCS
from knowledge.evaluation import read_questions
from knowledge.models import Collection, Index
from knowledge.statement import NEAREST
from tests.knowledge.test_statement import EXPLAINED, compares_signs

SIZE = 2_000
LIST = reverse("admin:knowledge_index_changelist")
# What a model does to its vectors whose few first numbers hold most of the spread, or all of whose
# numbers lie on one side of zero.
UNEVEN = {
    "spread": lambda vectors: vectors / np.arange(1, 385),
    "one-sided": lambda vectors: vectors + 3 * np.abs(vectors).max(),
}


@pytest.fixture(autouse=True)
def small_library(db, monkeypatch):
    monkeypatch.setattr(search, "EXACT_BELOW", 500)


@pytest.fixture
def real(real_embeddings):
    """Vectors of the shipped model, of sentences as people write them."""
    texts = [one.text for one in read_questions(DOCS.with_name("questions.jsonl"))]
    texts += [one.reference for one in read_questions(DOCS.with_name("questions.jsonl"))]
    texts = [text for text in texts if text]
    return embeddings.embed_sentences(texts, Index.objects.active().embedder())


def filled(vectors, where):
    """A library whose passages lie as `vectors` do, counted and measured as the worker does it."""
    corpus = Corpus(vectors.astype(np.float32), SIZE)
    loading.load(corpus, Index.objects.active(), [where] * corpus.documents, lambda line: None)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ANALYZE knowledge_embedding")
    upkeep.count_passages()
    signs.measure()
    return corpus


def ask(corpus, statement=NEAREST, count=20):
    """For each question what `statement` gives."""
    allowed = rights.of(Collection.objects.all())
    return [
        search.rows(statement, one.text, one.vector, indexes.look(), allowed, 10)
        for one in corpus.questions(count)
    ]


def sorted_by_signs(corpus):
    ((*rows,),) = ask(corpus, EXPLAINED + NEAREST, 1)
    return compares_signs([line for (line,) in rows])


def recall(corpus, monkeypatch):
    """The share of the ten nearest, as comparing all vectors tells them, that search finds."""
    found = [[key for (key,) in rows] for rows in ask(corpus)]
    monkeypatch.setattr(search, "EXACT_BELOW", 10**6)
    nearest = [[key for (key,) in rows][:10] for rows in ask(corpus)]
    return np.mean([np.isin(*pair).mean() for pair in zip(nearest, found, strict=True)])


def test_the_signs_of_the_shipped_model_are_compared(real, everyone, monkeypatch, as_administrator):
    corpus = filled(real, everyone)
    index = Index.objects.get()
    assert index.signs_recall >= search.LEAST_RECALL
    assert index.signs_passages == SIZE
    assert sorted_by_signs(corpus)
    assert recall(corpus, monkeypatch) >= search.LEAST_RECALL
    assert "% of the nearest" in as_administrator.get(LIST).content.decode()


@pytest.mark.parametrize("kind", UNEVEN)
def test_a_model_of_uneven_numbers_loses_nothing_by_signs(
    real, everyone, monkeypatch, as_administrator, kind
):
    corpus = filled(UNEVEN[kind](real), everyone)
    assert Index.objects.get().signs_recall < 0.9
    assert not sorted_by_signs(corpus)
    assert recall(corpus, monkeypatch) == 1
    page = as_administrator.get(LIST).content.decode()
    assert "so whole vectors are compared" in page


def test_signs_that_nobody_measured_are_not_compared(real, everyone):
    corpus = filled(real, everyone)
    Index.objects.update(signs_recall=None)
    assert not sorted_by_signs(corpus)


def test_signs_are_measured_again_once_there_are_twice_as_many_passages(everyone, monkeypatch):
    index = Index.objects.active()
    measured = []
    monkeypatch.setattr(signs, "recall", lambda *given: measured.append(given) or 0.99)
    for passages in (499, 500, 900, 1000, 1999, 2000):
        Collection.objects.update(passages=passages)
        signs.measure()
    assert measured == [(index, 500), (index, 1000), (index, 2000)]
