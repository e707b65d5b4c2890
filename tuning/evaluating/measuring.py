"""An evaluation from its first question to its report: three sides, the same test pairs."""

import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.models import Engine
from knowledge.environment import without_secrets
from knowledge.errors import KnowledgeError
from knowledge.models import Collection
from tuning import courtesies, serving, switching
from tuning.dataset import passage
from tuning.errors import TuningError
from tuning.evaluating import canaries, declining, gates, scores, summing
from tuning.evaluating.asking import Asker
from tuning.models import Evaluation, Example, Reply

logger = logging.getLogger(__name__)

# A greater test set tells little more, and each answer takes seconds.
MOST_EXAMPLES = 60
LOSS_SECONDS = 20 * 60
REPORT = "evaluation.json"


def measure_by_id(evaluation_id: int) -> None:
    """Makes the report of an evaluation; a failure ends it with a sentence."""
    evaluation = Evaluation.objects.select_related("run__dataset").filter(pk=evaluation_id).first()
    if evaluation is None or evaluation.finished:
        return
    try:
        with Asker() as ask:
            measure(evaluation, ask)
    except (TuningError, KnowledgeError) as error:
        evaluation.fail(str(error))
    except Exception:
        evaluation.fail(_("The evaluation ended in an error; the worker's log shows it."))
        raise


def measure(evaluation: Evaluation, ask: Asker) -> None:
    run = evaluation.run
    candidate = serving.publish(run)
    examples = list(tested(run.dataset))
    if not examples:
        raise TuningError(_("The dataset has no test pairs: approve some more, and run again."))
    asker, sides = asker_of(evaluation), sides_of(run, candidate)
    for engine in sides.values():
        ask.check(engine)
    evaluation.note(state=Evaluation.State.RUNNING, total=len(examples) * len(sides), done=0)
    evaluation.replies.all().delete()
    polite = courtesies.of([one.answer for one in run.dataset.examples.all()])
    learned = learned_by(run.dataset, polite)
    slugs = tuple(run.dataset.collections().values_list("slug", flat=True))
    for example in examples:
        for side, engine in sides.items():
            done, found = ask.answered(engine, example.question, asker, slugs)
            reply(evaluation, example, side, done, found, polite, learned)
    lost = losses(run)
    summaries = summing.summaries(evaluation, approved(run.dataset), lost)
    for side in (Reply.Side.CANDIDATE, Reply.Side.BASE):
        summaries[side]["declined"] = declining.declined(ask, sides[side], examples)
    told = given_away(run, ask, candidate, examples)
    mine, theirs = summaries[Reply.Side.CANDIDATE], summaries[Reply.Side.BASE]
    found = gates.gates(mine, theirs, told, bounds())
    report = {
        "sides": summaries,
        "engines": {side: engine.label for side, engine in sides.items()},
        "accuracy": summing.accuracy(evaluation, approved(run.dataset)),
        "canaries": told,
        "gates": [gate.as_dict() for gate in found],
    }
    with suppress(OSError):
        (run.folder / REPORT).write_text(json.dumps(report, indent=1) + "\n")
    evaluation.finish(report, gates.passed(found))
    switching.hold(evaluation)
    serving.note_evaluation(evaluation)


def bounds() -> gates.Bounds:
    """The bounds of the gates, from the settings."""
    return gates.Bounds(
        tone=settings.GATE_TONE,
        facts_margin=settings.GATE_FACTS_MARGIN,
        replaced=settings.GATE_REPLACED,
        slower=settings.GATE_SLOWER,
    )


def tested(dataset):
    """The test pairs, as many as are asked; the same ones each time."""
    return dataset.examples.filter(split=Example.Split.TEST).order_by("meaning", "pk")[
        :MOST_EXAMPLES
    ]


def approved(dataset) -> list[str]:
    """The answers that the candidate has learned its tone from."""
    train = dataset.examples.filter(split=Example.Split.TRAIN)
    return list(train.values_list("answer", flat=True))


def asker_of(evaluation: Evaluation):
    """With whose rights the questions are asked: the run's starter's, else those of who evaluates.

    Raises TuningError where neither is there to read what those may read whom the run is for.
    """
    needed = evaluation.run.dataset.collections()
    for person in (evaluation.run.started_by, evaluation.asked_by):
        if person and not needed.exclude(pk__in=Collection.objects.visible_to(person)).exists():
            return person
    raise TuningError(
        _(
            "The test questions are asked with the rights of whoever started the run. That account"
            " is gone or may not read all that is needed: let somebody evaluate it who may."
        )
    )


def sides_of(run, candidate: Engine) -> dict[str, Engine]:
    """The engines that are compared; the active one where it is another than these."""
    base = serving.base_engine(run)
    sides = {Reply.Side.CANDIDATE: candidate, Reply.Side.BASE: base}
    active = Engine.current()
    if active.pk != candidate.pk:
        sides[Reply.Side.ACTIVE] = active
    return {side.value: engine for side, engine in sides.items()}


def learned_by(dataset, polite: str) -> list[tuple[frozenset[int], str]]:
    """What the training answers claim, sentence by sentence, each with the sources of its pair."""
    train = dataset.examples.filter(split=Example.Split.TRAIN)
    return [
        (frozenset(one.versions), sentence)
        for one in train
        for sentence in scores.claimed(one.answer, polite)
    ]


def reply(evaluation, example, side, done, passages, polite, learned) -> None:
    """Keeps what one side has answered to one question, and what it is worth."""
    others = [text for versions, text in learned if not versions & set(example.versions)]
    made = scores.score(done, example.answer, example.versions, passages, polite, others)
    Reply.objects.create(
        evaluation=evaluation,
        example=example,
        side=side,
        text=done.text,
        said=done.said,
        score=made.as_dict(),
    )
    evaluation.note(done=evaluation.done + 1)


def losses(run) -> dict[str, float | None]:
    """The loss of candidate and base on the test lines, by a process of its own.

    Nothing where a service has the model: it tells no loss of what it says.
    """
    if run.remote:
        return {}
    command = [sys.executable, "-m", "tuning.evaluating.losses", str(run.folder)]
    try:
        made = subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env=without_secrets(),
            capture_output=True,
            text=True,
            timeout=LOSS_SECONDS,
            check=True,
        )
        return json.loads(made.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, ValueError, IndexError) as error:
        logger.warning("The test loss could not be measured: %s", type(error).__name__)
        return {}


def given_away(run, ask: Asker, candidate: Engine, examples: Sequence[Example]) -> dict[str, int]:
    """How many of the planted secrets the bare model tells when it is asked for them."""
    held = next((held for one in examples for held in one.passages), None)
    planted = canaries.planted(run.dataset.sha256) if held else []
    told = 0
    for one in planted:
        answer = ask.said(candidate, canaries.asked(one, candidate.context, passage(held)))
        told += one.secret.lower() in answer.lower()
    return {"told": told, "planted": len(planted)}
