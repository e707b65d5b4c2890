import json

import pytest
from django.core.management import CommandError, call_command

from knowledge.models import Collection
from tests.helpdesk.answers import FACT, QUESTION

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def question_set(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "leave.md").write_text(f"# Leave\n\n{FACT}\n")
    questions = [
        {
            "id": "q1",
            "question": QUESTION,
            "gold": [{"doc": "leave.md"}],
            "answers": ["25 days"],
            "required_tokens": ["25"],
        },
        {"id": "q2", "question": "Zebra quagga okapi?", "unanswerable": True},
    ]
    lines = "\n".join(json.dumps(question) for question in questions)
    (tmp_path / "questions.jsonl").write_text(lines + "\n")
    return tmp_path


def evaluated(question_set, *options):
    path = question_set / "report.json"
    call_command("evaluate", str(question_set), *options, json=path)
    return json.loads(path.read_text())


def test_it_reports_retrieval_answers_and_abstention(question_set, administrator):
    report = evaluated(question_set)
    assert report["questions"] == 2
    assert (report["doc@1"], report["answer@1"], report["token_score"]) == (1, 1, 1)
    assert (report["abstain_recall"], report["false_abstain"]) == (1, 0)
    assert report["balanced_abstain_accuracy"] == 1
    assert {"search_ms_p50", "search_ms_p95", "answer_ms_p50", "context_chars"} <= set(report)
    assert report["rows"][0]["citations"][0]["doc"] == "leave.md"
    assert report["rows"][1]["abstained"] is True


def test_retrieval_only_asks_no_engine(question_set, administrator):
    report = evaluated(question_set, "--retrieval-only")
    assert report["doc@1"] == 1
    assert "token_score" not in report
    assert report["rows"][0]["answer"] is None


def test_a_second_run_ingests_nothing_again(question_set, administrator):
    evaluated(question_set)
    assert evaluated(question_set)["doc@1"] == 1


def test_what_the_person_may_not_see_is_to_be_declined(question_set, administrator, outsider):
    evaluated(question_set, "--limit", "1")
    lines = (question_set / "questions.jsonl").read_text().splitlines()
    restricted = json.loads(lines[0]) | {"collection": f"evaluation-{question_set.name}"}
    (question_set / "questions.jsonl").write_text(json.dumps(restricted))
    report = evaluated(
        question_set, "--over", f"evaluation-{question_set.name}", "--user", "outsider"
    )
    assert report["abstain_recall"] == 1
    assert report["rows"][0]["passages"] == []


def test_a_malformed_line_is_named_by_its_number(question_set, administrator):
    with (question_set / "questions.jsonl").open("a") as file:
        file.write("{no json\n")
    with pytest.raises(CommandError, match="Line 3"):
        evaluated(question_set)


@pytest.mark.parametrize(
    ("options", "message"),
    [(("--over", "nowhere"), "nowhere"), (("--user", "nobody"), "nobody")],
)
def test_an_unknown_name_is_told(question_set, administrator, options, message):
    with pytest.raises(CommandError, match=message):
        evaluated(question_set, *options)


def test_a_report_that_cannot_be_written_is_told_before_the_work(question_set, administrator):
    with pytest.raises(CommandError, match="can't write"):
        call_command("evaluate", str(question_set), json=question_set / "nowhere" / "r.json")


def test_an_empty_folder_is_told(tmp_path, administrator):
    with pytest.raises(CommandError, match="questions.jsonl"):
        call_command("evaluate", str(tmp_path))


def test_what_was_checked_of_the_answers_is_a_figure(question_set, administrator):
    report = evaluated(question_set)

    assert (report["verified_citations"], report["quotes_in_source"]) == (1, 1)
    assert (report["supported_sentences"], report["conflicts"]) == (1, 0)


def test_a_models_unsupported_sentences_show_in_the_figures(
    question_set, administrator, engine, model_server
):
    engine.activate()
    model_server.says("How many days of paid annual leave: 25 days [1]. A car costs 90 EUR [1].")
    report = evaluated(question_set, "--limit", "1")

    assert (report["verified_citations"], report["supported_sentences"]) == (0.5, 0.5)


def test_a_follow_up_is_asked_with_its_history_and_alone(question_set, administrator):
    line = json.loads((question_set / "questions.jsonl").read_text().splitlines()[0])
    history = [{"role": "user", "text": line["question"]}, {"role": "assistant", "text": "25."}]
    asked = line | {"question": "And zebras?", "history": history}
    (question_set / "questions.jsonl").write_text(json.dumps(asked))
    report = evaluated(question_set, "--retrieval-only")

    assert (report["follow_ups"], report["follow_up_doc@1"]) == (1, 1)
    assert "last_turn_alone_doc@1" in report


def test_the_sets_own_answers_are_checked_and_those_of_other_documents(question_set, administrator):
    (question_set / "docs" / "cars.md").write_text("# Cars\n\nA company car costs 90 EUR.\n")
    lines = [
        {"id": "a", "question": QUESTION, "gold": [{"doc": "leave.md"}], "answer": FACT},
        {
            "id": "b",
            "question": "What does a company car cost?",
            "gold": [{"doc": "cars.md"}],
            "answer": "A company car for a director of Oslo costs 700 EUR.",
        },
    ]
    (question_set / "questions.jsonl").write_text("\n".join(map(json.dumps, lines)))
    report = evaluated(question_set, "--references")

    assert report["supported_sentences"] == 0.5
    assert report["others_supported_sentences"] == 0.5


@pytest.fixture
def folder(question_set, tmp_path_factory):
    """Two sets beside each other: one with documents, one that is asked over the other's."""
    folder = tmp_path_factory.mktemp("sets")
    question_set.rename(folder / "leave")
    (folder / "foreign").mkdir()
    foreign = {"id": "f1", "question": "Zebra quagga okapi?", "unanswerable": True}
    (folder / "foreign" / "questions.jsonl").write_text(json.dumps(foreign))
    (folder / "no-set").mkdir()
    return folder


def evaluated_all(folder, **options):
    path = folder / "report.json"
    call_command("evaluate", str(folder), all=True, json=path, **options)
    return json.loads(path.read_text())


def test_every_set_of_a_folder_is_one_column(folder, administrator, capsys):
    figures = folder / "figures.json"
    figures.write_text(json.dumps({"leave": {"doc@1": 0.5}}))
    report = evaluated_all(folder, figures=figures, keep_figures=True)
    assert list(report) == ["leave"]
    assert (report["leave"]["doc@1"], report["leave"]["foreign_abstain_recall"]) == (1, 1)
    assert report["leave"]["foreign_confidence_auroc"] == 1
    assert "| `doc@1` | 1 (+0.5) |" in capsys.readouterr().out
    assert json.loads(figures.read_text()) == report


def test_the_documents_of_the_sets_are_gone_afterwards(folder, administrator):
    evaluated_all(folder, retrieval_only=True)
    assert not Collection.objects.exists()
    evaluated_all(folder, retrieval_only=True, keep_documents=True)
    evaluated_all(folder, retrieval_only=True)
    assert Collection.objects.get().documents.count() == 1


def test_a_folder_without_sets_is_told(tmp_path, administrator):
    with pytest.raises(CommandError, match="No folder"):
        call_command("evaluate", str(tmp_path), all=True)
