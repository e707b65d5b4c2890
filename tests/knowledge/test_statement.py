"""The plan of a search follows the rights and the words; what it finds is compared with all."""

import numpy as np
import pytest
from django.contrib.auth.models import Group
from django.db import connection

from knowledge import hnsw, indexes, rights, search, signs, upkeep
from knowledge.benchmarks import loading
from knowledge.benchmarks.generated import PASSAGES_A_DOCUMENT, Corpus
from knowledge.models import Collection, CommonWord, Embedding, Index
from knowledge.statement import NEAREST, RAREST, STATEMENT

SIZE = 2_000
EXPLAINED = "EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF) "
# One document in so many lies in the collection that the group of the same name reads.
SHARES = {"half": 2, "tenth": 10, "few": 50}


@pytest.fixture
def corpus(db):
    # As in real vectors, few directions hold most of the spread, and no number tells one of them.
    generator, spread = np.random.default_rng(3), 1 / np.arange(1, 385)
    turned, _ = np.linalg.qr(generator.standard_normal((384, 384)))
    real = generator.standard_normal((400, 384)) * spread @ turned
    return Corpus(real.astype(np.float32), SIZE)


@pytest.fixture
def library(corpus, make_user):
    """Generated passages in four collections, scanned and counted as the worker does it."""
    index = Index.objects.active()
    names = ["rest", *SHARES]
    made = {name: Collection.objects.create(name=name, slug=name) for name in names}
    for name in SHARES:
        make_user(name, name)
        made[name].groups.add(Group.objects.get(name=name))
    where = [made["rest"]] * corpus.documents
    for name, each in SHARES.items():
        for number in range(1, corpus.documents, each):
            where[number] = made[name]
    loading.load(corpus, index, where, lambda line: None)
    with connection.cursor() as cursor:
        # An index can't be built while checks wait for the end of the transaction.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ANALYZE knowledge_passage, knowledge_embedding")
    hnsw.build(index, concurrently=False)
    upkeep.count_passages()
    upkeep.count_words()
    signs.measure()
    return made


@pytest.fixture(autouse=True)
def several_plans_in_a_small_library(db, monkeypatch):
    monkeypatch.setattr(search, "EXACT_BELOW", 500)
    monkeypatch.setattr(search, "SCANNED_SHARE", 4)
    monkeypatch.setattr(search, "FEW", 300)
    with connection.cursor() as cursor:
        # Postgres would rather sort the few passages of a test.
        for way in ("seqscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")


@pytest.fixture
def everybody(library, administrator, django_user_model):
    """Who may see all, a half, a tenth and a fiftieth of the passages, by these names."""
    users = {name: django_user_model.objects.get(username=name) for name in SHARES}
    return {"all": administrator, **users}


def ask(statement, question, allowed, limit=60):
    given = (question.text, question.vector, indexes.look(), rights.of(allowed), limit)
    return search.rows(statement, *given)


def test_every_share_of_rights_finds_what_comparing_with_all_finds(
    library, corpus, everybody, monkeypatch
):
    for name, user in everybody.items():
        assert recall(corpus, user) >= 0.98, name
    # No scan for less than all of them, and signs before vectors.
    monkeypatch.setattr(search, "SCANNED_SHARE", 1)
    monkeypatch.setattr(search, "EXACT_BELOW", 1)
    for name, user in everybody.items():
        assert recall(corpus, user) >= 0.98, name


def recall(corpus, user):
    """The share of the ten nearest vectors that search finds."""
    keys, vectors, where = stored()
    allowed = Collection.objects.visible_to(user)
    mine = np.isin(where, [each.pk for each in allowed])
    shares = []
    for question in corpus.questions(20):
        nearest = keys[mine][np.argsort(vectors[mine] @ -question.vector)][:10]
        found = [row[0] for row in ask(NEAREST, question, allowed)]
        shares.append(len(set(nearest) & set(found)) / len(nearest))
    return np.mean(shares)


def stored():
    rows = Embedding.objects.values_list("passage_id", "vector", "collection_id")
    keys, vectors, where = zip(*rows, strict=True)
    return np.array(keys), np.array(vectors), np.array(where)


def plan(question, allowed):
    """The lines of the plan that ran, without those that were never executed."""
    rows = ask(EXPLAINED + STATEMENT, question, allowed)
    return [line for (line,) in rows if "->" in line and "never executed" not in line]


def compares_signs(lines):
    """Whether a plan that ran had any signs to sort by: the line above tells how many."""
    (place,) = [n for n, line in enumerate(lines) if "Sort Key" in line and "<~>" in line]
    node = next(line for line in reversed(lines[:place]) if "->" in line)
    return "actual rows=0.00 " not in node


def test_the_plan_follows_how_many_passages_may_be_seen(library, corpus, everybody):
    scan = hnsw.name(Index.objects.active())
    ran = {}
    (question,) = corpus.questions(1)
    for name, user in everybody.items():
        lines = plan(question, Collection.objects.visible_to(user))
        scanned = any(f"using {scan}" in line for line in lines)
        ran[name] = scanned, any("passage_words" in line for line in lines)
    assert ran == {
        "all": (True, True),
        "half": (True, True),
        "tenth": (False, False),
        "few": (False, False),
    }


def test_of_more_than_a_few_passages_the_signs_are_compared_first(
    library, corpus, everybody, monkeypatch
):
    monkeypatch.setattr(search, "EXACT_BELOW", 100)
    (question,) = corpus.questions(1)
    for name, compared in {"all": False, "tenth": True, "few": False}.items():
        allowed = Collection.objects.visible_to(everybody[name])
        lines = [line for (line,) in ask(EXPLAINED + NEAREST, question, allowed)]
        assert compares_signs(lines) is compared, name


def test_a_scan_that_gives_up_early_is_made_up_for(library, corpus, everybody):
    allowed = Collection.objects.filter(slug="few")
    # As if it held many: the worker's count may be an hour old.
    allowed.update(passages=10_000)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL hnsw.max_scan_tuples = 100")
        cursor.execute("SET LOCAL hnsw.ef_search = 10")
    (question,) = corpus.questions(1)
    assert len({key for (key,) in ask(NEAREST, question, allowed)}) == 2 * PASSAGES_A_DOCUMENT


def test_the_rarest_words_are_looked_for(corpus, monkeypatch):
    Index.objects.active()
    counts = {"leav": 900, "day": 700, "annual": 300, "mani": 1200}
    CommonWord.objects.bulk_create(CommonWord(word=w, passages=n) for w, n in counts.items())
    (question,) = corpus.questions(1)
    question.text = "How many days of annual leave has Xyloph?"

    def chosen(**limits):
        for name, value in limits.items():
            monkeypatch.setattr(search, name, value)
        ((words,),) = ask(RAREST, question, Collection.objects.all())
        return set(words.replace("'", "").split(" | ")) - {""}

    assert chosen(MATCHES=5000) == {"xyloph", "annual", "day", "leav", "mani"}
    assert chosen(MATCHES=1001) == {"xyloph", "annual", "day"}
    assert chosen(MATCHES=400) == {"xyloph", "annual"}
    CommonWord.objects.create(word="xyloph", passages=800)
    assert chosen(MATCHES=200) == {"annual"}
    assert chosen(MATCHES=200, MOST_MATCHES=250) == set()


@pytest.mark.parametrize("text", ["it's a \\ 'quoted' word", "a&b|c!d", "x:*", "XK-4471 <-> e"])
def test_words_of_any_signs_are_looked_for(corpus, text, monkeypatch):
    monkeypatch.setattr(search, "FEW", 0)
    Index.objects.active()
    (question,) = corpus.questions(1)
    question.text = text
    assert ask(RAREST, question, Collection.objects.all())
    assert ask(STATEMENT, question, Collection.objects.all()) == []
