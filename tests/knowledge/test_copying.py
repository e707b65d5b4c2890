import numpy as np
import pytest
from django.db import DataError, connection, transaction

from knowledge import copying
from knowledge.models import Embedding, Index, Passage
from tests.knowledge.papers import uploaded

GENERATOR = np.random.default_rng(0)


@pytest.fixture
def passage(everyone):
    version = uploaded(everyone, "leave.txt", b"25 days")
    return Passage.objects.create(version=version, collection=everyone, ordinal=0, text="25 days")


def numbers(*shape):
    return GENERATOR.standard_normal(shape).astype(np.float32)


def unsaved(passage, vector, sentences, live=True):
    index = Index.objects.active()
    common = {"index": index, "passage": passage, "collection": passage.collection, "live": live}
    return Embedding(vector=vector, sentences=sentences, **common)


def test_passages_are_copied_as_django_would_have_written_them(everyone):
    version = uploaded(everyone, "leave.txt", b"25 days")
    said = {
        "headings": "Leave › Días",
        "text": "25 days.\tÜbertrag bis 31. März 😀",
        "page_starts": [0, 1, 9, 2],
        "spans": [[0, 8, 1, 0.1, 0.25, 0.9, 1.0]],
        "sentences": [0, 8, 9, 30],
    }
    plain = {"version": version, "collection": everyone}
    rows = [
        Passage(**plain, ordinal=0, page=3, live=True, **said),
        Passage(**plain, ordinal=1, text="Nothing else"),
    ]
    copying.passages(rows)
    copied = list(Passage.objects.order_by("ordinal").values())
    assert [one["id"] for one in copied] == [row.pk for row in rows]
    Passage.objects.all().delete()
    Passage.objects.bulk_create(rows)
    assert copied == list(Passage.objects.order_by("ordinal").values())
    Passage.objects.create(**plain, ordinal=2, text="The ids go on behind those given away")


def test_a_place_on_a_page_has_four_decimals(everyone):
    version = uploaded(everyone, "leave.txt", b"25 days")
    spans = [(0, 8, 1, 0.123449, 0.12345, 2 / 3, 1), (9, 12, 2, -1e-6, 0, 0.5, 0.99999)]
    row = Passage(version=version, collection=everyone, ordinal=0, text="25 days", spans=spans)
    copying.passages([row])
    row.refresh_from_db()
    assert row.spans == [[0, 8, 1, 0.1234, 0.1235, 0.6667, 1], [9, 12, 2, 0, 0, 0.5, 1]]


def test_what_is_copied_is_what_django_would_have_written(passage):
    row = unsaved(passage, numbers(384), list(numbers(3, 384)))
    row.save()
    written = Embedding.objects.filter(pk=row.pk).values().get()
    row.delete()
    copying.embeddings([unsaved(passage, row.vector, row.sentences)])
    copied = Embedding.objects.values().get()
    assert copied.pop("id") != written.pop("id")
    assert list(copied.pop("vector")) == list(written.pop("vector"))
    assert copied == written


@pytest.mark.parametrize("live", [True, False])
def test_a_passage_without_sentences_is_copied_too(passage, live):
    copying.embeddings([unsaved(passage, numbers(384), [], live)])
    copied = Embedding.objects.get()
    assert (copied.sentences, copied.live) == ([], live)


def test_lists_and_other_dimensions_are_copied(passage):
    copying.embeddings([unsaved(passage, [0.5, -2.0], [[1.0, 0.25]])])
    copied = Embedding.objects.get()
    assert list(copied.vector) == [0.5, -2.0]
    assert copied.sentences == [[1.0, 0.25]]


def test_postgres_reckons_with_what_was_copied(passage):
    vector = numbers(384)
    copying.embeddings([unsaved(passage, vector, [vector])])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT vector <#> vector, (sentences[1] <#> vector::halfvec) FROM knowledge_embedding"
        )
        assert cursor.fetchone() == pytest.approx([-(vector @ vector)] * 2, rel=1e-3)


def test_what_is_no_number_is_refused(passage):
    with pytest.raises(DataError, match="NaN"), transaction.atomic():
        copying.embeddings([unsaved(passage, np.full(384, np.nan), [])])


def test_nothing_is_copied_of_nothing(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        copying.embeddings([])
        copying.passages([])
