"""The metrics of retrieval and answers, and the question sets that they are taken on."""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from statistics import mean, median, quantiles

from knowledge.errors import KnowledgeError

# A passage counts when it lies within so many pages of a gold page.
PAGE_TOLERANCE = 1
DEPTHS = (1, 3, 5)
# These alone say nothing about what an answer knows.
YES_OR_NO = [["yes"], ["no"]]


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a question set. `gold` holds {"doc": name, "page": 1-based, may be absent}."""

    id: str
    text: str
    unanswerable: bool = False
    history: tuple[tuple[str, str], ...] = ()
    gold: tuple[dict, ...] = ()
    answers: tuple[str, ...] = ()
    required_tokens: tuple[str, ...] = ()
    collection: str = ""
    reference: str = ""

    @property
    def gold_pages(self):
        return [(gold["doc"], gold["page"]) for gold in self.gold if gold.get("page")]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage or a citation stands, and its text."""

    doc: str
    page: int | None
    text: str


@dataclass(slots=True)
class Row:
    """A question with what came back; times are in milliseconds, None where not taken.

    `last_turn` holds the passages that a question with a history finds without it. Of `marks`
    citations those in `citations` are verified, and `in_source` of these stand in the stored
    passage, on their page. `supported` of the answer's `sentences` are borne out by a source;
    `conflict` says that the answer tells of sources that differ. `others_…` count the same of an
    answer that belongs to another question.
    """

    question: Question
    answerable: bool
    passages: Sequence[Place]
    search_ms: float
    context_chars: int
    answer: str | None = None
    abstained: bool = False
    confidence: float | None = None
    citations: Sequence[Place] = ()
    answer_ms: float | None = None
    last_turn: Sequence[Place] | None = None
    marks: int = 0
    in_source: int = 0
    sentences: int = 0
    supported: int = 0
    conflict: bool = False
    others_sentences: int = 0
    others_supported: int = 0


def read_questions(path: Path) -> list[Question]:
    """The questions of a JSON Lines file. Raises KnowledgeError that names a malformed line."""
    if not path.is_file():
        raise KnowledgeError(f"{path} is not there: a set has docs/ and questions.jsonl.")
    # JSON may hold other line separators than \n unescaped: splitlines would cut there.
    lines = path.read_bytes().removeprefix(BOM_UTF8).split(b"\n")
    return [parse(line, number) for number, line in enumerate(lines, 1) if line.strip()]


def parse(line: bytes, number: int) -> Question:
    """The question of a line of JSON. Raises KnowledgeError that names the malformed line."""
    try:
        row = json.loads(line)
        return Question(
            id=str(row["id"]),
            text=str(row["question"]),
            unanswerable=bool(row.get("unanswerable")),
            history=tuple((turn["role"], turn["text"]) for turn in row.get("history") or ()),
            gold=tuple(gold(place) for place in row.get("gold") or ()),
            answers=strings(row.get("answers") or []),
            reference=str(row.get("answer") or ""),
            required_tokens=strings(row.get("required_tokens") or []),
            collection=str(row.get("collection") or ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KnowledgeError(f"Line {number} is malformed: {error!r}.") from None


def gold(place: dict) -> dict:
    page = place.get("page")
    return {"doc": str(place["doc"]), "page": None if page is None else int(page)}


def strings(values: list) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(f"{values!r} is no list")
    return tuple(map(str, values))


def on_gold_page(question: Question, place: Place) -> bool:
    """Whether a place lies in a gold document, within one page of its page where that is given."""
    return any(
        place.doc == gold["doc"]
        and (not gold["page"] or (place.page and abs(place.page - gold["page"]) <= PAGE_TOLERANCE))
        for gold in question.gold
    )


def in_gold_document(question: Question, place: Place) -> bool:
    return any(place.doc == gold["doc"] for gold in question.gold)


def holds_answer(question: Question, place: Place) -> bool:
    text = place.text.casefold()
    return any(answer.casefold() in text for answer in question.answers)


def plain(text: str) -> str:
    """Case folded, punctuation stripped, one space between words."""
    return " ".join(re.sub(r"[^\w\s]", "", text.casefold()).split())


def token_score(question: Question, answer: str) -> float:
    """The share of the required tokens that stand in the answer."""
    text = plain(answer)
    return mean(plain(token) in text for token in question.required_tokens)


def report(rows: Sequence[Row]) -> dict[str, float]:
    """Every metric that the rows allow, by its name in snake case."""
    metrics = {"questions": len(rows), "context_chars": round(mean(r.context_chars for r in rows))}
    metrics |= retrieval(rows) | follow_ups(rows)
    metrics |= times("search_ms", [row.search_ms for row in rows])
    answered = [row for row in rows if row.answer is not None]
    if not answered:
        metrics |= support(rows)
    else:
        metrics |= answers(answered) | verification(answered) | abstention(answered)
        metrics |= times("answer_ms", [row.answer_ms for row in answered])
    return metrics


def retrieval(rows: Sequence[Row]) -> dict[str, float]:
    """page@k, doc@k and answer@k over the answerable questions whose fields allow them."""
    rows = [row for row in rows if row.answerable]
    kinds = {
        "page": ([r for r in rows if r.question.gold_pages], on_gold_page),
        "doc": ([r for r in rows if r.question.gold], in_gold_document),
        "answer": ([r for r in rows if r.question.answers], holds_answer),
    }
    return {
        f"{name}@{depth}": share(
            any(matches(row.question, place) for place in row.passages[:depth]) for row in scored
        )
        for name, (scored, matches) in kinds.items()
        if scored
        for depth in DEPTHS
    }


def follow_ups(rows: Sequence[Row]) -> dict[str, float]:
    """doc@k of the questions with a history: with it, and of their last turn alone."""
    rows = [r for r in rows if r.answerable and r.question.gold and r.last_turn is not None]
    if not rows:
        return {}
    metrics: dict[str, float] = {"follow_ups": len(rows)}
    for name, places in (("follow_up", "passages"), ("last_turn_alone", "last_turn")):
        for depth in DEPTHS:
            metrics[f"{name}_doc@{depth}"] = share(
                any(in_gold_document(row.question, place) for place in getattr(row, places)[:depth])
                for row in rows
            )
    return metrics


def verification(rows: Sequence[Row]) -> dict[str, float]:
    """The shares of verified citations, of their quotes that stand in the stored passage on the
    named page, and of supported sentences; and how many answerable questions were told a conflict.
    """
    metrics: dict[str, float] = {}
    verified = sum(len(row.citations) for row in rows)
    if marks := sum(row.marks for row in rows):
        metrics["verified_citations"] = round(verified / marks, 4)
    if verified:
        metrics["quotes_in_source"] = round(sum(row.in_source for row in rows) / verified, 4)
    metrics |= support(rows)
    return metrics | {"conflicts": sum(row.conflict for row in rows if row.answerable)}


def support(rows: Sequence[Row]) -> dict[str, float]:
    """The share of supported sentences, and of those in answers to other questions, where taken."""
    metrics = {}
    for name in ("", "others_"):
        sentences = sum(getattr(row, f"{name}sentences") for row in rows)
        if sentences:
            supported = sum(getattr(row, f"{name}supported") for row in rows)
            metrics[f"{name}supported_sentences"] = round(supported / sentences, 4)
    return metrics


def answers(rows: Sequence[Row]) -> dict[str, float]:
    """token_score, cited_page_precision, and the share of answers that cite a gold page."""
    metrics = {}
    rows = [row for row in rows if row.answerable]
    scored = [
        row
        for row in rows
        if row.question.required_tokens
        and [plain(token) for token in row.question.required_tokens] not in YES_OR_NO
    ]
    if scored:
        metrics["token_score"] = share(token_score(r.question, r.answer) for r in scored)
    paged = [row for row in rows if row.question.gold_pages]
    if any(row.citations for row in paged):
        metrics["cited_page_precision"] = share(
            on_gold_page(row.question, place) for row in paged for place in row.citations
        )
    gold = [row for row in rows if row.question.gold]
    if gold:
        metrics["answered_from_gold"] = share(
            any(on_gold_page(row.question, place) for place in row.citations) for row in gold
        )
    return metrics


def abstention(rows: Sequence[Row]) -> dict[str, float]:
    """How often the unanswerable were declined, and the answerable too."""
    declined = {kind: [r.abstained for r in rows if r.answerable is kind] for kind in (True, False)}
    metrics = {}
    if declined[False]:
        metrics["abstain_recall"] = share(declined[False])
    if declined[True]:
        metrics["false_abstain"] = share(declined[True])
    if len(metrics) == 2:
        kept = 1 - metrics["false_abstain"]
        metrics["balanced_abstain_accuracy"] = round((metrics["abstain_recall"] + kept) / 2, 4)
        metrics["confidence_auroc"] = auroc(rows)
    return metrics


def against(rows: Sequence[Row], others: Sequence[Row], name: str) -> dict[str, float]:
    """How the answerable of `rows` stand out from `others`, which the same documents don't answer.

    The metrics of abstention, each with `name` before it.
    """
    both = [row for row in rows if row.answerable] + [row for row in others if not row.answerable]
    return {
        f"{name}_{metric}": value
        for metric, value in abstention(both).items()
        if metric != "false_abstain"
    }


def auroc(rows: Sequence[Row]) -> float:
    """How likely an answerable question has a higher confidence than an unanswerable one.

    Mann and Whitney's U over its greatest value, ties counted half.
    """
    ordered = sorted(rows, key=lambda row: row.confidence)
    good, total, place = 0, 0.0, 0
    for _, tied in groupby(ordered, key=lambda row: row.confidence):
        group = list(tied)
        answerable = sum(row.answerable for row in group)
        good += answerable
        total += answerable * (place + (len(group) + 1) / 2)
        place += len(group)
    return round((total - good * (good + 1) / 2) / (good * (len(rows) - good)), 4)


def times(name: str, values: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile, in milliseconds."""
    last = quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
    return {f"{name}_p50": round(median(values), 1), f"{name}_p95": round(last, 1)}


def share(values) -> float:
    return round(float(mean(values)), 4)
