"""Another model beside the one that answers: built, broken off, gone on with, discarded."""

import pytest
from django.db import connection
from django.db.models import F

from knowledge import embeddings, hnsw, indexing, reindexing, upkeep
from knowledge.errors import KnowledgeError
from knowledge.models import Embedding, Index, Passage, Version
from tests.knowledge.building import built, ingested, until_done, vectors


@pytest.fixture
def library(everyone, managers, run_jobs):
    """Two documents with 40 passages each."""
    for collection in (everyone, managers):
        ingested(collection, "leave.txt", 40)
    return everyone


def test_what_a_document_came_without_is_made_up_for(library, run_jobs, monkeypatch):
    index = built(run_jobs)
    embed = embeddings.embed_passages

    def out_of_reach(chunks, embedder):
        if embedder.dimensions == 96:
            raise KnowledgeError("The endpoint can't be reached.", again=True)
        return embed(chunks, embedder)

    monkeypatch.setattr(embeddings, "embed_passages", out_of_reach)
    version = ingested(library, "new.txt", 5)
    version.refresh_from_db()
    assert version.status == Version.Status.READY
    assert index.missing().count() == 5
    with pytest.raises(KnowledgeError, match="5 passages came in without a vector"):
        index.activate()
    monkeypatch.undo()
    run_jobs()
    assert not index.missing().exists()
    index.activate()


def test_an_index_whose_endpoint_stays_away_fails_and_goes_on_later(library, run_jobs, monkeypatch):
    def out_of_reach(chunks, embedder):
        raise KnowledgeError("The endpoint can't be reached.", again=True)

    index = Index.objects.begin("fake-96")
    monkeypatch.setattr(embeddings, "embed_passages", out_of_reach)
    with pytest.raises(KnowledgeError):
        reindexing.work_by_id(index.pk, tries_left=1)
    index.refresh_from_db()
    assert index.state == Index.State.BUILDING
    reindexing.work_by_id(index.pk, tries_left=0)
    index.refresh_from_db()
    assert (index.state, index.error) == ("failed", "The endpoint can't be reached.")
    monkeypatch.undo()
    ingested(library, "new.txt", 3)
    assert vectors(index) == 0
    index.resume()
    assert until_done(run_jobs, index).state == Index.State.READY
    assert vectors(index) == Passage.objects.count()


def test_a_slice_that_ends_its_worker_each_time_is_given_up(library):
    index = Index.objects.begin("fake-96")
    reindexing.work_by_id(index.pk, tries_left=-1)
    index.refresh_from_db()
    assert index.state == Index.State.FAILED
    assert "again and again" in index.error


def test_what_nobody_foresaw_ends_on_the_row_without_its_text(library, monkeypatch):
    index = Index.objects.begin("fake-96")
    monkeypatch.setattr(reindexing, "fill", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        reindexing.work_by_id(index.pk)
    index.refresh_from_db()
    assert "unexpected error stopped the work (ZeroDivisionError)" in index.error


def test_a_version_that_was_replaced_has_its_vectors_too(library, run_jobs):
    ingested(library, "leave.txt", 40, start=1000)
    index = built(run_jobs)
    assert index.embeddings.filter(live=False).count() == 40
    assert index.embeddings.filter(live=True).count() == 80
    assert not Embedding.objects.exclude(live=F("passage__live")).exists()


def test_a_version_replaced_while_it_is_embedded_is_not_found(library, run_jobs, monkeypatch):
    index, keep = Index.objects.begin("fake-96"), reindexing.keep

    def replace_meanwhile(*arguments):
        monkeypatch.setattr(reindexing, "keep", keep)
        ingested(library, "leave.txt", 40, start=1000)
        return keep(*arguments)

    monkeypatch.setattr(reindexing, "keep", replace_meanwhile)
    until_done(run_jobs, index)
    assert vectors(index) == Passage.objects.count() == 120
    assert not Embedding.objects.exclude(live=F("passage__live")).exists()


def test_a_document_deleted_while_it_is_embedded_is_left_out(library, run_jobs, monkeypatch):
    index, keep = Index.objects.begin("fake-96"), reindexing.keep

    def delete_meanwhile(*arguments):
        monkeypatch.setattr(reindexing, "keep", keep)
        Version.objects.filter(document__collection=library).delete()
        return keep(*arguments)

    monkeypatch.setattr(reindexing, "keep", delete_meanwhile)
    assert until_done(run_jobs, index).state == Index.State.READY
    assert vectors(index) == Passage.objects.count() == 40


@pytest.mark.parametrize("verb", ["cancel", "discard"])
def test_a_building_stops_when_it_is_cancelled_or_discarded(library, run_jobs, monkeypatch, verb):
    index, keep = Index.objects.begin("fake-96"), reindexing.keep

    def stop_meanwhile(*arguments):
        getattr(Index.objects.get(pk=index.pk), verb)()
        return keep(*arguments)

    monkeypatch.setattr(reindexing, "keep", stop_meanwhile)
    until_done(run_jobs, index)
    assert index.state in Index.UNWRITTEN
    assert vectors(index) == 0
    with pytest.raises(KnowledgeError, match="is not ready to be switched to"):
        index.activate()


def test_passages_longer_than_the_model_reads_are_told_before_building(
    library, run_jobs, monkeypatch
):
    monkeypatch.setattr(embeddings.embedder("fake-96"), "window", 64)
    index = built(run_jobs)
    assert index.state == Index.State.FAILED
    assert index.error.startswith("80 passages are longer than the 64 tokens")
    assert vectors(index) == 0
    index.resume(cut=True)
    assert until_done(run_jobs, index).state == Index.State.READY
    assert index.too_long == 80


def test_new_documents_fit_every_model_that_does_not_cut(library, run_jobs, monkeypatch):
    index = built(run_jobs)
    monkeypatch.setattr(embeddings.embedder("fake-96"), "window", 64)
    count_tokens, window = indexing.reading_limits(Index.objects.to_write())
    assert window == 64
    version = ingested(library, "new.txt", 2)
    assert version.passages.count() > 2
    Index.objects.filter(pk=index.pk).update(cut=True)
    assert indexing.reading_limits(Index.objects.to_write())[1] == 256


def test_a_model_that_is_indexed_already_is_not_built_again(library, run_jobs):
    index = built(run_jobs, "fake")
    assert index.state == Index.State.FAILED
    assert "holds this model's vectors already" in index.error


def test_beginning_again_goes_on_with_what_was_begun(library):
    index = Index.objects.begin("fake-96")
    assert Index.objects.begin("fake-96") == index
    index.cancel()
    assert Index.objects.begin("fake-96") == index
    index.refresh_from_db()
    assert index.state == Index.State.BUILDING


@pytest.mark.parametrize("name", ["", "  ", "x" * 256])
def test_a_model_needs_a_name(db, name):
    with pytest.raises(KnowledgeError, match="Name a model"):
        Index.objects.begin(name)


def test_a_model_that_cannot_be_loaded_is_told_on_the_row(library, run_jobs, tmp_path):
    missing = built(run_jobs, str(tmp_path / "no-model"))
    assert missing.state == Index.State.FAILED
    assert "There is no embedding model" in missing.error
    (tmp_path / "damaged").mkdir()
    damaged = built(run_jobs, str(tmp_path / "damaged"))
    assert damaged.state == Index.State.FAILED
    assert "can't be loaded" in damaged.error


def test_discarding_removes_the_vectors_and_never_the_active_index(library, run_jobs, monkeypatch):
    monkeypatch.setattr(upkeep, "EXACT_BELOW", 1)
    monkeypatch.setattr(reindexing, "REMOVED_BATCH", 30)
    first, other = Index.objects.active(), built(run_jobs)
    assert scan_exists(other)
    with pytest.raises(KnowledgeError, match="active index can't be discarded"):
        first.discard()
    other.discard()
    reindexing.remove(other.pk)
    reindexing.remove(other.pk)
    assert not scan_exists(other)
    assert list(Index.objects.all()) == [first]
    assert vectors(first) == Embedding.objects.count() == Passage.objects.count()


def scan_exists(index):
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [hnsw.name(index)])
        return cursor.fetchone()[0]
