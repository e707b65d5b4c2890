import io
import json

import pytest
from django.core.management import CommandError, call_command

from knowledge.models import Index
from tests.knowledge.papers import uploaded

LEAVE = "Every employee has 25 working days of leave."
DINNER = "A dinner abroad is paid up to 48 euro."


@pytest.fixture
def library(everyone, managers, run_jobs):
    uploaded(everyone, "leave.md", LEAVE.encode())
    uploaded(managers, "meals.md", DINNER.encode())
    run_jobs()


@pytest.fixture
def questions(tmp_path):
    def write(*rows):
        path = tmp_path / "questions.jsonl"
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        return path

    return write


LEAVE_QUESTION = {
    "id": "1",
    "question": "How many working days of leave?",
    "gold": [{"doc": "leave.md"}],
    "answers": ["25 working days"],
}
DINNER_QUESTION = {
    "id": "2",
    "question": "What is paid for a dinner abroad?",
    "gold": [{"doc": "meals.md"}],
    "collection": "managers",
}


def reindex(*arguments):
    told = io.StringIO()
    call_command("reindex", *arguments, stdout=told, stderr=io.StringIO())
    return told.getvalue()


def ready():
    reindex("--model", "fake-96", "--wait")
    return Index.objects.get(model="fake-96")


def test_an_index_is_built_listed_switched_to_undone_and_discarded(library):
    told = reindex("--model", "fake-96", "--wait")
    index = Index.objects.get(model="fake-96")
    assert index.state == Index.State.READY
    assert f"Index {index.pk} is ready" in told
    assert "ready to be switched to" in reindex("--list")
    told = reindex("--activate", str(index.pk))
    assert "answers from now on" in told
    assert "EMBEDDING_MODEL=fake-96" in told
    assert "(fake) answers again" in reindex("--undo")
    assert "is removed" in reindex("--discard", str(index.pk))
    assert Index.objects.get().model == "fake"


def test_both_indexes_are_compared_with_the_same_rights(
    library, questions, employee, manager, administrator
):
    index, path = ready(), str(questions(LEAVE_QUESTION, DINNER_QUESTION))
    told = reindex("--compare", path, "--user", "manager")
    assert f"{index.pk} (ready)" in told
    lines = {line.split()[0]: line.split()[1:] for line in told.splitlines() if line.strip()}
    assert lines["doc@5"] == ["1", "1"]
    assert lines["answer@5"] == ["1", "1"]
    assert "page@1" not in lines
    assert all(float(value) > 0 for value in lines["search_ms_p50"])
    assert "2 questions, asked as employee" in reindex("--compare", path, "--user", "employee")


def test_an_employee_is_not_asked_what_only_managers_may_read(library, questions, employee):
    ready()
    told = reindex("--compare", str(questions(DINNER_QUESTION)), "--user", "employee")
    assert "doc@5" not in told


def test_a_building_is_cancelled_and_resumed(library):
    reindex("--model", "fake-96")
    index = str(Index.objects.get(model="fake-96").pk)
    assert "measuring the passages" in reindex("--list")
    assert "not built any more" in reindex("--cancel", index)
    assert "Cancelled. Resume it, or discard it." in reindex("--list")
    assert f"Index {index} is ready" in reindex("--resume", index, "--wait")


def test_what_the_model_would_cut_off_takes_leave(library, monkeypatch):
    from knowledge import embeddings

    monkeypatch.setattr(embeddings.embedder("fake-96"), "window", 8)
    with pytest.raises(CommandError, match="2 passages are longer than the 8 tokens"):
        reindex("--model", "fake-96", "--wait")
    assert "is ready" in reindex("--model", "fake-96", "--cut", "--wait")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--model", "fake"], "holds this model's vectors already"),
        (["--activate", "999"], "There is no index 999"),
        (["--undo"], "no index to go back to"),
        (["--model", "/no/such/folder"], "There is no embedding model"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(library, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        reindex(*arguments)


def test_the_active_index_is_not_discarded(library):
    with pytest.raises(CommandError, match="active index can't be discarded"):
        reindex("--discard", str(Index.objects.active().pk))


def test_comparing_takes_a_second_index_and_questions(library, questions, administrator):
    with pytest.raises(CommandError, match="only one index"):
        reindex("--compare", str(questions(LEAVE_QUESTION)))
    ready()
    with pytest.raises(CommandError, match="no questions"):
        reindex("--compare", str(questions()))
    with pytest.raises(CommandError, match="can't be opened"):
        reindex("--compare", "/no/such/file")
    with pytest.raises(CommandError, match="Line 1 is malformed"):
        reindex("--compare", str(questions({"id": "1"})))


def test_an_empty_desk_says_so(db):
    assert "no index yet" in reindex("--list")
