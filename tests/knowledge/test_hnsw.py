"""Vector scans of any number of dimensions; what they find is tested with search."""

import numpy as np
import pytest
from django.db import connection

from knowledge import embeddings, hnsw, indexes, search, upkeep
from knowledge.models import Embedding, Index, Passage
from tests.knowledge.test_search import publish

TEXTS = [f"topic{n} and topic{n + 1}" for n in range(30)]


def made(collection, model):
    """An active index of `model` over some passages, scanned where that is possible."""
    embedder = embeddings.embedder(model)
    index = Index.objects.create(
        model=model, recipe=embedder.recipe, dimensions=embedder.dimensions, state="active"
    )
    for number, text in enumerate(TEXTS):
        publish(collection, f"document {number}", text)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    hnsw.build(index, concurrently=False)
    upkeep.count_passages()
    return index


@pytest.mark.parametrize(("model", "scan"), [("fake-96", True), ("fake-2500", True),
                                             ("fake-4100", False)])  # fmt: skip
def test_search_finds_the_same_by_scan_and_by_comparing(
    everyone, employee, monkeypatch, model, scan
):
    index = made(everyone, model)
    indexes.look()
    assert hnsw.built(index) is scan
    monkeypatch.setattr(search, "SCANNED_SHARE", 10**9)
    found = []
    for exact_below in (10**6, 1):
        monkeypatch.setattr(search, "EXACT_BELOW", exact_below)
        found.append([one.text for one in search.search("topic7", employee, limit=2)])
    assert found[0] == found[1]
    assert all("topic7" in text for text in found[0])


def test_vectors_of_other_dimensions_live_side_by_side(everyone, db):
    publish(everyone, "leave", "Every employee has 25 working days of leave.")
    other = Index.objects.create(model="fake-96", recipe="fake-96", dimensions=96)
    passage = Passage.objects.get()
    Embedding.objects.create(
        index=other, passage=passage, collection=everyone, vector=np.ones(96), sentences=[]
    )
    assert {len(row.vector) for row in Embedding.objects.all()} == {384, 96}
