"""A generated library for a benchmark, with people who may see given shares of it."""

from collections.abc import Callable
from math import ceil
from time import perf_counter

import numpy as np
from django.contrib.auth.models import Group, User
from django.db import connection

from knowledge import embeddings, hnsw, search, upkeep
from knowledge.benchmarks import database, loading, samples
from knowledge.benchmarks.generated import Corpus
from knowledge.demo.company import DOCS
from knowledge.embedders.encoded import Embedder
from knowledge.extract.isolated import Extractor
from knowledge.models import Collection, Index


class Library:
    """Passages in an empty database, and `people` by the share of them that each may see."""

    def __init__(self, passages: int, shares: list[float], say: Callable, processes: int = 1):
        self.index = Index.objects.active()
        self.corpus = Corpus(real_vectors(self.index.embedder()), passages)
        shares = sorted({1.0, *shares}, reverse=True)
        note = f"{passages} passages for {shares}"
        made = [collection(share) for share in shares]
        self.people = {share: person(share, made[n:]) for n, share in enumerate(shares)}
        if database.noted() != note:
            self.fill(self.places(shares, made), say)
            database.filled(note)
        self.tend(say, processes)

    def fill(self, places: list[Collection], say: Callable) -> None:
        start = perf_counter()
        with loading.words_unsorted():
            loading.load(self.corpus, self.index, places, lambda line: None)
        loading.settle()
        say(f"{self.corpus.size:,} passages written in {perf_counter() - start:.0f} s")

    def places(self, shares: list[float], made: list[Collection]) -> list[Collection]:
        """Every document's collection: the first share's people see all, the next a part of it."""
        count = self.corpus.documents
        order = np.random.default_rng(0).permutation(count)
        within = [ceil(share * count) for share in shares]
        return [made[max(n for n, held in enumerate(within) if one < held)] for one in order]

    def tend(self, say: Callable, processes: int) -> None:
        """What the worker does every few minutes."""
        start, had = perf_counter(), hnsw.built(self.index)
        if processes > 1 and upkeep.is_large(self.index):
            hnsw.build(self.index, processes=processes)
        upkeep.tend()
        if hnsw.built(self.index) and not had:
            # A table that a migration has written anew is one that Postgres knows little of.
            loading.settle()
            say(f"vector scan built in {perf_counter() - start:.0f} s, {size(self.index)}")

    def nearest(self, vector: np.ndarray, collections: list[int], limit: int) -> list[int]:
        """The passages whose vectors are nearest, by comparing with all."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT passage_id FROM knowledge_embedding"
                " WHERE live AND index_id = %s AND collection_id = ANY (%s)"
                " ORDER BY (vector <#> %s::halfvec) + 0 LIMIT %s",
                [self.index.pk, collections, search.written(vector), limit],
            )
            return [key for (key,) in cursor.fetchall()]


def real_vectors(embedder: Embedder) -> np.ndarray:
    """The vectors of the demo company's passages: its Markdown holds nearly all of its text."""
    files = sorted([*DOCS.rglob("*.md"), *DOCS.with_name("sources").glob("*.md")])
    with Extractor() as extractor:
        chunks = [one for path in files for one in samples.passages_of(path, embedder, extractor)]
    return np.stack([each.vector for each in embeddings.embed_passages(chunks, embedder)])


def collection(share: float) -> Collection:
    name = f"share-{share:g}".replace(".", "-")
    return Collection.objects.get_or_create(slug=name, defaults={"name": name})[0]


def person(share: float, readable: list[Collection]) -> User:
    name = f"share-{share:g}"
    group, _ = Group.objects.get_or_create(name=name)
    for each in readable:
        each.groups.add(group)
    user, _ = User.objects.get_or_create(username=name)
    user.groups.add(group)
    return user


def size(index: Index) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_relation_size(%s::regclass))", [hnsw.name(index)])
        return cursor.fetchone()[0]
