"""What is kept of the way to an answer: numbers, ids and queries; no text of a document's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple
from hashlib import sha256
from typing import TYPE_CHECKING

from helpdesk import prompts

if TYPE_CHECKING:
    from helpdesk.finding import Finding
    from helpdesk.work import Work
    from knowledge.found import Found

# So many candidates are kept: all that can have been shown, and those that came near.
KEPT = 20
# What a candidate's row holds, in this order. `total` is what it was ranked by, `sentence` the
# similarity of its best sentence.
COLUMNS = ("passage", "version", "page", "vector_rank", "text_rank", "fused", "added", "total",
           "similarity", "sentence", "text_score")  # fmt: skip


def of_answer(work: Work, engine: str, confidence: float) -> dict:
    """The record of an answer. `confidence` is kept where the engine that answered measures it."""
    record = of_finding(work.finding, work.passages) if work.finding else {}
    return record | {
        "engine": engine,
        "rewritten": work.alone,
        "prompt": work.prompt,
        "sentences": [list(place) for place in work.sentences],
        "curated": work.curated,
        "offered": work.offered,
        "likeness": round(work.likeness, 4),
        "judged": work.judged,
        "prompt_version": prompts.VERSION,
        "confidence": round(confidence, 4) if work.scale else None,
        "scale": list(astuple(work.scale)) if work.scale else None,
    }


def of_finding(finding: Finding, passages: Sequence[Found]) -> dict:
    """What was searched for, what was ranked how, and which of it was shown to the answerer.

    In `shown` the best passage of a place stands first, then all of the place in their order.
    """
    return {
        "index": finding.index,
        "queries": [[text, round(weight, 4)] for text, weight in finding.queries],
        "candidates": [row(found, total) for found, total in finding.candidates[:KEPT]],
        "ranked": len(finding.candidates),
        "shown": [[one.passage_id, *(each.passage_id for each in one.alone)] for one in passages],
    }


def row(found: Found, total: float) -> list:
    sentence = max((one.similarity for one in found.sentences), default=0.0)
    scores = (found.score - found.added, found.added, total, found.similarity, sentence)
    return [
        found.passage_id,
        found.version_id,
        found.page,
        found.vector_rank,
        found.text_rank,
        *(round(score, 4) for score in scores),
        round(found.text_score, 4),
    ]


def checksum(messages: Sequence[dict[str, str]]) -> str:
    """Tells later whether these very messages can be made again."""
    return sha256(json.dumps(messages).encode()).hexdigest()
