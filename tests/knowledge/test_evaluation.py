import json

import pytest

from knowledge.errors import KnowledgeError
from knowledge.evaluation import (
    Place,
    Question,
    Row,
    abstention,
    answers,
    auroc,
    follow_ups,
    on_gold_page,
    read_questions,
    report,
    retrieval,
    times,
    token_score,
    verification,
)

GOLD = ({"doc": "leave.pdf", "page": 3},)


def question(**values):
    return Question("1", "How many days?", **values)


def row(passages=(), answerable=True, **values):
    asked = values.pop("question", question(gold=GOLD))
    return Row(asked, answerable, passages, 10.0, 100, **values)


def place(page, doc="leave.pdf", text=""):
    return Place(doc, page, text)


@pytest.mark.parametrize(
    ("page", "counts"), [(1, False), (2, True), (3, True), (4, True), (5, False), (None, False)]
)
def test_a_page_counts_within_one_of_the_gold_page(page, counts):
    assert bool(on_gold_page(question(gold=GOLD), place(page))) is counts
    assert not on_gold_page(question(gold=GOLD), place(3, "other.pdf"))


def test_gold_without_a_page_counts_by_its_document():
    gold = ({"doc": "leave.pdf", "page": None},)
    assert on_gold_page(question(gold=gold), place(None))


def test_retrieval_counts_at_each_depth():
    first = row([place(3)])
    third = row([place(9), place(9), place(4)])
    fifth = row([place(9, "x.pdf")] * 4 + [place(3)])
    never = row([place(9, "x.pdf")] * 5 + [place(3)])
    assert retrieval([first, third, fifth, never]) == {
        "page@1": 0.25,
        "page@3": 0.5,
        "page@5": 0.75,
        "doc@1": 0.5,
        "doc@3": 0.5,
        "doc@5": 0.75,
    }


def test_an_answer_is_found_whatever_its_case():
    asked = question(answers=("Five Days", "5 days"))
    found = retrieval(
        [row([place(1, text="…"), place(1, text="It is FIVE days.")], question=asked)]
    )
    assert found == {"answer@1": 0, "answer@3": 1, "answer@5": 1}


def test_unanswerable_questions_are_no_part_of_retrieval():
    assert retrieval([row([place(3)], answerable=False)]) == {}


def test_the_token_score_ignores_case_and_punctuation():
    asked = question(required_tokens=("25 days", "31 March", "Maria López", "missing"))
    answer = "You have 25 days, until (31 march). Ask MARIA LÓPEZ!"
    assert token_score(asked, answer) == 0.75


def test_rows_whose_only_token_is_yes_or_no_are_left_out():
    told = row(question=question(required_tokens=("yes",)), answer="No.")
    half = row(question=question(required_tokens=("a1", "b2")), answer="a1")
    assert answers([told, half]) == {"token_score": 0.5}
    assert answers([told]) == {}


def test_citations_are_counted_each_and_by_answer():
    good = row(answer="…", citations=[place(3), place(9)])
    none = row(answer="…", citations=[])
    bad = row(answer="…", citations=[place(3, "x.pdf")])
    metrics = answers([good, none, bad])
    assert metrics["cited_page_precision"] == pytest.approx(1 / 3, abs=1e-4)
    assert metrics["answered_from_gold"] == pytest.approx(1 / 3, abs=1e-4)


def test_abstention_is_balanced_over_both_kinds():
    rows = [
        row(answer="", answerable=False, abstained=True, confidence=0.1),
        row(answer="", answerable=False, abstained=True, confidence=0.2),
        row(answer="", answerable=False, abstained=False, confidence=0.6),
        row(answer="", abstained=True, confidence=0.3),
        row(answer="", abstained=False, confidence=0.9),
    ]
    assert abstention(rows) == {
        "abstain_recall": 0.6667,
        "false_abstain": 0.5,
        "balanced_abstain_accuracy": 0.5834,
        # Of six pairs, .9 beats three, and .3 beats two of three.
        "confidence_auroc": 0.8333,
    }


def test_ties_count_half_in_the_auroc():
    rows = [row(answerable=kind, confidence=0.5) for kind in (True, False)]
    assert auroc(rows) == 0.5


def test_percentiles_stay_within_what_was_measured():
    assert times("ms", [7.0]) == {"ms_p50": 7.0, "ms_p95": 7.0}
    assert times("ms", [1.0, 2.0]) == {"ms_p50": 1.5, "ms_p95": 1.9}
    assert times("ms", [float(n) for n in range(1, 102)]) == {"ms_p50": 51.0, "ms_p95": 96.0}


def test_a_report_without_answers_holds_retrieval_alone():
    assert report([row([place(3)])]) == {
        "questions": 1,
        "context_chars": 100,
        "page@1": 1,
        "page@3": 1,
        "page@5": 1,
        "doc@1": 1,
        "doc@3": 1,
        "doc@5": 1,
        "search_ms_p50": 10.0,
        "search_ms_p95": 10.0,
    }


def test_a_report_with_answers_holds_their_metrics():
    asked = row(answer="x", citations=[place(3)], confidence=0.5, answer_ms=20.0)
    metrics = report([asked])
    assert metrics["false_abstain"] == 0
    assert metrics["cited_page_precision"] == 1
    assert metrics["answer_ms_p50"] == 20.0
    assert "balanced_abstain_accuracy" not in metrics


def test_questions_are_read_with_every_field(tmp_path):
    line = {
        "id": 7,
        "question": "How\u2028many?",
        "unanswerable": True,
        "history": [{"role": "user", "text": "Hello"}],
        "gold": [{"doc": "a.pdf", "page": 2}, {"doc": "b.md"}],
        "answers": ["five"],
        "required_tokens": [5],
        "collection": "everyone",
        "kind": "ignored",
    }
    path = tmp_path / "questions.jsonl"
    text = json.dumps(line, ensure_ascii=False)
    path.write_text(f"\ufeff{text}\r\n\n{text}\n", encoding="utf-8")
    first, second = read_questions(path)
    assert first == second
    assert first == Question(
        "7",
        "How\u2028many?",
        True,
        (("user", "Hello"),),
        ({"doc": "a.pdf", "page": 2}, {"doc": "b.md", "page": None}),
        ("five",),
        ("5",),
        "everyone",
    )
    assert first.gold_pages == [("a.pdf", 2)]


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b'{"id": 1}',
        b'{"question": "x"}',
        b'{"id": 1, "question": "x", "gold": ["a.pdf"]}',
        b'{"id": 1, "question": "x", "gold": [{"page": 1}]}',
        b'{"id": 1, "question": "x", "gold": [{"doc": "a", "page": "two"}]}',
        b'{"id": 1, "question": "x", "history": [{"role": "user"}]}',
        b'{"id": 1, "question": "x", "answers": "five"}',
        b'{"id": 1, "question": "\xff"}',
    ],
)
def test_a_malformed_line_is_named_by_its_number(tmp_path, line):
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b'{"id": 1, "question": "x"}\n\n' + line + b"\n")
    with pytest.raises(KnowledgeError, match="Line 3 is malformed"):
        read_questions(path)


def test_a_set_that_is_not_there_is_told(tmp_path):
    with pytest.raises(KnowledgeError, match="is not there"):
        read_questions(tmp_path / "questions.jsonl")


def test_follow_ups_are_scored_with_their_history_and_without():
    better = row([place(3)], last_turn=[place(3, "other.pdf")])
    same = row([place(3)], last_turn=[place(3, "other.pdf")] * 2 + [place(3)])
    metrics = follow_ups([better, same, row([place(3)])])

    assert (metrics["follow_ups"], metrics["follow_up_doc@1"]) == (2, 1)
    assert (metrics["last_turn_alone_doc@1"], metrics["last_turn_alone_doc@3"]) == (0, 0.5)


def test_without_a_history_nothing_is_said_of_follow_ups():
    assert follow_ups([row([place(3)])]) == {}


def test_verified_citations_and_supported_sentences_are_shares():
    rows = [
        row(citations=[place(3)], marks=2, in_source=1, sentences=3, supported=2, conflict=True),
        row(citations=[place(3)], marks=2, in_source=0, sentences=1, supported=1),
        row(answerable=False, conflict=True),
    ]

    assert verification(rows) == {
        "verified_citations": 0.5,
        "quotes_in_source": 0.5,
        "supported_sentences": 0.75,
        "conflicts": 1,
    }
