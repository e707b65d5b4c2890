"""What the page of a run shows of its evaluation, of who answers, and of the trial."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from helpdesk import rendering
from helpdesk.models import Engine
from knowledge.models import Version
from tuning import closing, switching, voting
from tuning.evaluating import gates, sending
from tuning.evaluating.summing import BASE
from tuning.models import Adapter, Evaluation, Reply, Run, Switch
from tuning.trials import fared

WORST = 12
# Each figure: its name in the report, what it is called, how it is written, whether more is better.
FIGURES = (
    ("tone", _("In the approved tone"), "share", True),
    ("answered", _("Questions answered"), "share", True),
    ("facts", _("Figures and names kept"), "share", True),
    ("kept", _("Sentences kept word by word"), "share", True),
    ("cited_right", _("Citations of the right document"), "share", True),
    ("verified", _("Citations verified"), "share", True),
    ("supported", _("Sentences that a source bears out"), "share", True),
    ("declined", _("Declined where nothing answers"), "share", True),
    ("replaced", _("Replaced by quotes"), "share", False),
    ("restored", _("Set to the letter of the source"), "share", False),
    ("rouge", "ROUGE-L", "share", True),
    ("bleu", "BLEU", "number", True),
    ("loss", _("Loss on the test pairs"), "loss", False),
    ("perplexity", _("Perplexity"), "loss", False),
    ("first_token_ms", _("First word after"), "ms", False),
    ("words_per_second", _("Words a second"), "number", True),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one side; `width` is its bar's, in percent, None where it has none."""

    text: str
    width: float | None


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that is wrong with an answer, and the names of the gates that it counts against."""

    gates: tuple[str, ...]
    words: str


def written(value: float | None, kind: str) -> Cell:
    if value is None:
        return Cell("–", None)
    if kind == "share":
        return Cell(f"{100 * value:.0f}%", round(100 * value, 1))
    digits = {"loss": 3, "ms": 0, "number": 1}[kind]
    return Cell(f"{value:.{digits}f}" + (" ms" if kind == "ms" else ""), None)


def rows(sides: Mapping[str, Mapping[str, float | None]]) -> list[dict]:
    """The table of figures, one row each, the sides in their order beside each other."""
    order = [side for side in Reply.Side.values if side in sides]
    found = []
    for name, label, kind, more in FIGURES:
        values = [sides[side].get(name) for side in order]
        if any(value is not None for value in values):
            cells = [written(value, kind) for value in values]
            found.append({"label": label, "cells": cells, "more": more})
    return found


def worst(evaluation: Evaluation) -> list[dict]:
    """The test questions with the answers of all sides, the worst of the candidate's first."""
    by_example: dict[int, dict[str, Reply]] = {}
    for reply in evaluation.replies.select_related("example"):
        by_example.setdefault(reply.example_id, {})[reply.side] = reply
    whole = [each for each in by_example.values() if Reply.Side.CANDIDATE in each]
    whole.sort(key=lambda each: goodness(each[Reply.Side.CANDIDATE].score))
    return [case(each) for each in whole[:WORST]]


def goodness(score: Mapping) -> tuple:
    """Sorts what went wrong most gravely first."""
    shares = (score.get(name) for name in ("facts", "supported", "verified", "cited_right"))
    whole = [1.0 if share is None else share for share in shares]
    wrong = 2 * score["memorised"] + score["replaced"] + score["abstained"]
    return (-wrong, *whole, score.get("tone") != BASE, score["rouge"])


def case(replies: Mapping[str, Reply]) -> dict:
    mine = replies[Reply.Side.CANDIDATE]
    there = [replies[side] for side in Reply.Side.values if side in replies]
    wanted = rendering.html(mine.example.answer, {}, pending=True)
    found = {"example": mine.example, "wanted": wanted, "replies": there}
    return {**found, "marks": marks(mine.score)}


def marks(score: Mapping) -> list[Mark]:
    """What is wrong with an answer."""
    lost = ", ".join(score.get("lost", ()))
    plain = score.get("tone") == BASE and not score["abstained"]
    told = _("lost: %(facts)s") % {"facts": lost} if lost else _("figures or names are missing")
    short = {
        name: score.get(name) is not None and score[name] < 1
        for name in ("facts", "supported", "verified", "cited_right")
    }
    found = [
        (score["memorised"], ("memorised",), _("repeats what it was trained on")),
        (
            score["replaced"],
            ("replaced",),
            _("said more than its sources, so quotes took its place"),
        ),
        (score["abstained"], ("answered",), _("gave no answer")),
        (short["facts"], ("facts", "kept"), told),
        (short["supported"], ("supported",), _("says what no source bears out")),
        (short["verified"], ("verified",), _("a citation does not bear out its sentence")),
        (short["cited_right"], ("cited_right",), _("cites another document")),
        (plain, ("tone",), _("not in the approved tone")),
    ]
    return [Mark(gates, words) for wrong, gates, words in found if wrong]


def gates_of(evaluation: Evaluation, replies: Sequence[Reply]) -> list[dict]:
    """The gates, those that fail first, each with how many of the answers count against it."""
    against = Counter(name for one in replies for mark in marks(one.score) for name in mark.gates)
    found = [
        {"measured": True}
        | gate
        | {"sentence": gates.in_words(gate["sentence"]), "cases": against[gate["name"]]}
        for gate in evaluation.report["gates"]
    ]
    return sorted(found, key=lambda gate: (gate["holds"], not gate["measured"]))


def changed_sources(run: Run) -> list[str]:
    """The names of the documents that a run has learned from and that answer otherwise today."""
    used = {pk for held in run.dataset.examples.values_list("versions", flat=True) for pk in held}
    versions = Version.objects.filter(pk__in=used).select_related("document__current")
    changed = {
        one.document.name
        for one in versions
        if one.document.current is None or one.document.current.sha256 != one.sha256
    }
    return sorted(changed)


def report(run: Run, user) -> dict:
    """All that stands under the plot of a finished run."""
    evaluation = run.evaluations.first()
    adapter = Adapter.objects.filter(run=run).select_related("engine").first()
    engine = adapter and adapter.engine
    found = {
        "run": run,
        "evaluation": evaluation,
        "adapter": adapter,
        "engine": engine,
        "changed": changed_sources(run),
        "closed": closing.why(run.dataset),
        "closed_documents": closing.documents(run),
        "sent": sending.sentence(run),
        "may_switch": user.has_perm(switching.SWITCH) and engine is not None,
        "may_evaluate": user.has_perm("tuning.change_run") and run.state == Run.State.DONE,
        "trial": trial(engine) if engine else None,
        "groups": list(run.restricted_to),
        "shares": [share for share in switching.SHARES if share < 100],
    }
    if evaluation and evaluation.state == Evaluation.State.DONE:
        held = evaluation.report
        found["sides"] = [side for side in Reply.Side if side in held["sides"]]
        found["rows"] = rows(held["sides"])
        mine = [one for one in evaluation.replies.all() if one.side == Reply.Side.CANDIDATE]
        found["gates"], found["asked"] = gates_of(evaluation, mine), len(mine)
        found["worst"] = worst(evaluation)
        found["votes"] = voting.tally(evaluation)
        found["accuracy"] = written(held.get("accuracy"), "share").text
    return found


def trial(engine: Engine) -> dict | None:
    """How the engine and the one that answers the others have fared since it was switched on."""
    switch = switching.in_force()
    if switch is None or switch.engine_id != engine.pk:
        return None
    before = switch.before if switch.deed == Switch.Deed.ACTIVATE else Engine.current()
    labels = [engine.label, before.label if before else ""]
    found = [fared(label, switch.at) for label in labels if label]
    return {"switch": switch, "fared": found, "share": engine.trial_share}
