import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from knowledge import embeddings, switching
from knowledge.errors import KnowledgeError
from knowledge.models import AuditEntry, Index
from tests.knowledge.papers import uploaded

LIST = reverse("admin:knowledge_index_changelist")
BUILD = reverse("admin:knowledge_index_build")


def verb(index, name):
    return reverse("admin:knowledge_index_verb", args=[index.pk, name])


def compare(index):
    return reverse("admin:knowledge_index_compare", args=[index.pk])


@pytest.fixture
def library(everyone, run_jobs):
    uploaded(everyone, "leave.md", b"Every employee has 25 working days of leave.")
    run_jobs()


@pytest.fixture
def built(library, run_jobs):
    index = Index.objects.begin("fake-96")
    for _ in range(9):
        run_jobs()
    index.refresh_from_db()
    assert index.state == Index.State.READY
    return index


@pytest.mark.parametrize("person", [None, "employee", "outsider", "manager", "curator"])
def test_only_who_may_change_indexes_sees_or_does_anything(client, request, db, person):
    index = Index.objects.create(model="fake", recipe="fake", dimensions=384, state="ready")
    if person:
        client.force_login(request.getfixturevalue(person))
    refused = 403 if person == "curator" else 302
    for url in (LIST, verb(index, "activate"), verb(index, "discard")):
        assert client.get(url).status_code == refused
    for url in (BUILD, compare(index), verb(index, "activate"), verb(index, "discard")):
        assert client.post(url, {"model": "fake-96"}).status_code == refused
    assert Index.objects.get().state == Index.State.READY


def test_an_empty_desk_is_told_what_makes_the_first_index(as_administrator):
    assert "the first document that comes in makes one" in text(as_administrator.get(LIST))


def text(response):
    return " ".join(response.content.decode().split())


def test_another_model_is_built_compared_switched_to_and_undone(
    as_administrator, library, run_jobs, administrator, everyone
):
    answer = as_administrator.post(BUILD, {"model": "fake-96"}, follow=True)
    index = Index.objects.get(model="fake-96")
    assert "Measuring whether the model reads whole passages" in text(answer)
    assert 'hx-trigger="every 2s"' in text(answer)
    for _ in range(9):
        run_jobs()
    page = text(as_administrator.get(LIST))
    assert "Ready to be switched to" in page
    assert verb(index, "activate") in page

    question = {"id": "1", "question": "How many days of leave?", "gold": [{"doc": "leave.md"}]}
    file = SimpleUploadedFile("set.jsonl", json.dumps(question).encode())
    data = {"questions": file, "user": "administrator"}
    assert "Comparing on 1 questions" in text(
        as_administrator.post(compare(index), data, follow=True)
    )
    run_jobs()
    page = text(as_administrator.get(LIST))
    assert "1 questions of set.jsonl, asked as administrator" in page
    assert "<td>1.000</td><td>1.000</td>" in page

    assert "From the next question on" in text(as_administrator.get(verb(index, "activate")))
    assert Index.objects.active() != index
    page = text(as_administrator.post(verb(index, "activate"), follow=True))
    assert f"Index {index.pk} answers from now on." in page
    assert Index.objects.active() == index
    first = Index.objects.get(model="fake")
    assert verb(first, "undo") in page
    as_administrator.post(verb(first, "undo"))
    assert Index.objects.active() == first
    assert AuditEntry.objects.filter(action="index", by=administrator).count() == 3


@pytest.fixture
def elsewhere(built, monkeypatch):
    """The index, as a process sees it that has not loaded its model."""
    monkeypatch.setattr(embeddings, "_loaded", embeddings._loaded - {built.model})
    return built


def test_a_model_that_the_process_has_not_loaded_is_loaded_by_the_worker(
    as_administrator, elsewhere, run_jobs, administrator
):
    for _ in range(2):
        page = text(as_administrator.post(verb(elsewhere, "activate"), follow=True))
    assert not embeddings.is_loaded(elsewhere.model)
    assert "Being switched to: a worker loads its model" in page
    assert 'hx-trigger="every 2s"' in page
    assert verb(elsewhere, "leave") in page
    assert verb(elsewhere, "activate") not in page
    assert Index.objects.active() != elsewhere

    run_jobs()
    page = text(as_administrator.get(LIST))
    assert Index.objects.active() == elsewhere
    assert "Being switched to" not in page
    last = AuditEntry.objects.filter(action="index").latest("pk")
    assert (last.by, last.detail.partition(":")[0]) == (administrator, "switched to")


def test_a_switch_that_waits_is_taken_back_and_asked_for_again(
    as_administrator, elsewhere, run_jobs
):
    as_administrator.post(verb(elsewhere, "activate"))
    page = text(as_administrator.post(verb(elsewhere, "leave"), follow=True))
    assert f"Index {elsewhere.pk} stays as it is." in page
    assert verb(elsewhere, "activate") in page
    as_administrator.post(verb(elsewhere, "activate"))
    as_administrator.post(verb(elsewhere, "leave"))
    run_jobs()
    assert Index.objects.active() != elsewhere

    embeddings._loaded.discard(elsewhere.model)
    as_administrator.post(verb(elsewhere, "activate"))
    run_jobs()
    assert Index.objects.active() == elsewhere


def test_a_switch_is_taken_back_while_its_model_is_loaded(elsewhere, monkeypatch, run_jobs):
    switching.ask_for(elsewhere, None)
    load = embeddings._embedder

    def slowly(name, backend):
        switching.leave(elsewhere)
        return load(name, backend)

    monkeypatch.setattr(embeddings, "_embedder", slowly)
    run_jobs()
    assert Index.objects.active() != elsewhere


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KnowledgeError("The endpoint can't be reached."), "The endpoint can't be reached."),
        (MemoryError(), "An unexpected error stopped the work (MemoryError)."),
    ],
)
def test_what_came_in_the_way_of_a_switch_is_told(
    as_administrator, elsewhere, monkeypatch, run_jobs, error, told
):
    def fail(*arguments):
        raise error

    as_administrator.post(verb(elsewhere, "activate"))
    monkeypatch.setattr(embeddings, "_embedder", fail)
    run_jobs()
    monkeypatch.undo()
    elsewhere.refresh_from_db()
    assert (elsewhere.state, elsewhere.error) == (Index.State.READY, told)
    assert elsewhere.switch_asked_at is None
    assert verb(elsewhere, "activate") in text(as_administrator.get(LIST))


def test_what_can_not_be_switched_to_is_told_before_any_model_is_loaded(
    as_administrator, elsewhere
):
    Index.objects.filter(pk=elsewhere.pk).update(state="failed")
    page = text(as_administrator.post(verb(elsewhere, "activate"), follow=True))
    assert "is not ready to be switched to" in page


def test_an_index_is_discarded_after_a_question(as_administrator, built, run_jobs):
    assert "is built again" in text(as_administrator.get(verb(built, "discard")))
    assert Index.objects.filter(pk=built.pk).exists()
    page = text(as_administrator.post(verb(built, "discard"), follow=True))
    assert "Being removed" in page
    run_jobs()
    assert not Index.objects.filter(pk=built.pk).exists()


def test_a_building_is_cancelled_and_resumed(as_administrator, library):
    index = Index.objects.begin("fake-96")
    page = text(as_administrator.post(verb(index, "cancel"), follow=True))
    assert "Cancelled. Resume it, or discard it." in page
    as_administrator.post(verb(index, "resume"))
    index.refresh_from_db()
    assert index.state == Index.State.BUILDING


def test_cutting_off_is_offered_where_passages_are_too_long(as_administrator, library):
    index = Index.objects.create(
        model="fake-96", recipe="fake-96", dimensions=96, state="failed", too_long=3, error="Long."
    )
    assert "Resume and cut off" in text(as_administrator.get(LIST))
    as_administrator.post(verb(index, "cut"))
    index.refresh_from_db()
    assert (index.state, index.cut) == (Index.State.BUILDING, True)


def test_what_cannot_be_done_is_told(as_administrator, built):
    active = Index.objects.active()
    for name in ("discard", "cancel", "resume"):
        page = text(as_administrator.post(verb(active, name), follow=True))
        assert 'class="error"' in page
    assert as_administrator.get(verb(active, "no-such")).status_code == 404
    assert as_administrator.post(BUILD, {"model": ""}).status_code == 400
    bad = {"questions": SimpleUploadedFile("set.jsonl", b"no json"), "user": "administrator"}
    assert "Line 1 is malformed" in text(as_administrator.post(compare(built), bad, follow=True))
    nobody = {"user": "nobody"}
    page = text(as_administrator.post(compare(built), nobody, follow=True))
    assert "There is no active user “nobody”" in page
    assert Index.objects.active() == active


def test_the_list_keeps_itself_fresh_and_holds_no_inline_code(as_administrator, built):
    fragment = as_administrator.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert fragment.startswith('<div id="indexes"')
    page = as_administrator.get(LIST).content.decode()
    assert "style=" not in page
    assert "<script>" not in page
    change = reverse("admin:knowledge_index_change", args=[built.pk])
    assert as_administrator.get(change).status_code == 302


def test_a_comparison_that_fails_says_why(as_administrator, built, run_jobs, monkeypatch):
    from knowledge import comparison

    def fail(*arguments):
        raise KnowledgeError("The endpoint can't be reached.")

    monkeypatch.setattr(comparison, "compare", fail)
    as_administrator.post(compare(built), {"user": "administrator"})
    run_jobs()
    assert "The comparison failed: The endpoint can" in text(as_administrator.get(LIST))
