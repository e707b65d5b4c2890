"""From the replies of an evaluation to one line of figures a side."""

import math
from collections.abc import Mapping, Sequence
from statistics import mean, median

from tuning.evaluating import scores, tone
from tuning.models import Evaluation, Reply

MEANS = ("rouge", "kept", "facts", "cited_right", "verified", "supported")
SHARES = ("replaced", "restored", "abstained", "memorised")
MEDIANS = ("first_token_ms", "words_per_second")
HOUSE, BASE = "house", "base"


def summaries(
    evaluation: Evaluation, approved: Sequence[str], losses: Mapping[str, float | None]
) -> dict[str, dict[str, float | None]]:
    """The figures of each side, by its name; whose tone each answer has is noted in its score."""
    judge = judge_of(evaluation, approved)
    sides = by_side(evaluation)
    for reply in (one for replies in sides.values() for one in replies if judge):
        reply.score["tone"] = judge.of(reply.text)
    Reply.objects.bulk_update((one for each in sides.values() for one in each), ["score"])
    return {
        side: summary(replies, judge) | loss_of(losses.get(side)) for side, replies in sides.items()
    }


def by_side(evaluation: Evaluation) -> dict[str, list[Reply]]:
    found: dict[str, list[Reply]] = {}
    for reply in evaluation.replies.select_related("example"):
        found.setdefault(reply.side, []).append(reply)
    return found


def summary(replies: Sequence[Reply], judge: tone.Tone | None) -> dict[str, float | None]:
    """What the replies of one side are worth together; None for what none of them tells.

    Beside a mean stands of how many replies it is, as `facts_of`.
    """
    scored = [reply.score for reply in replies]
    named = (*MEANS, *SHARES, *MEDIANS)
    held = {name: [one[name] for one in scored if one.get(name) is not None] for name in named}
    found: dict[str, float | None] = {"answers": len(replies)}
    found |= {name: mean(held[name]) if held[name] else None for name in (*MEANS, *SHARES)}
    found |= {f"{name}_of": len(held[name]) for name in MEANS}
    found |= {name: median(held[name]) if held[name] else None for name in MEDIANS}
    found["bleu"] = scores.bleu([(one.example.answer, one.text) for one in replies])
    texts = [one.text for one in replies if not one.score["abstained"]]
    found["answered"] = len(texts) / len(replies)
    found["tone"] = judge.share(texts, HOUSE) if judge else None
    return found


def loss_of(loss: float | None) -> dict[str, float | None]:
    return {"loss": loss, "perplexity": None if loss is None else math.exp(loss)}


def voices(evaluation: Evaluation, approved: Sequence[str]) -> dict[str, list[str]]:
    """The approved answers, and what the base says by itself."""
    base = evaluation.replies.filter(side=Reply.Side.BASE, score__abstained=False)
    return {HOUSE: list(approved), BASE: list(base.values_list("text", flat=True))}


def judge_of(evaluation: Evaluation, approved: Sequence[str]) -> tone.Tone | None:
    heard = voices(evaluation, approved)
    return tone.Tone(heard) if all(heard.values()) else None


def accuracy(evaluation: Evaluation, approved: Sequence[str]) -> float:
    """How well the classifier of the tone does on answers that it has not seen."""
    return tone.accuracy(voices(evaluation, approved))
