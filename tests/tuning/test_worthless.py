"""A real run on pairs that are worth nothing, measured through the real model server."""

import os
import signal
import subprocess
import sys

import pytest

from helpdesk.models import Engine
from tests.helpdesk.answers import publish
from tuning import dataset as datasets
from tuning import local_server, presets, switching, working
from tuning.demo.house import facts
from tuning.errors import TuningError
from tuning.evaluating import measuring
from tuning.models import Adapter, Dataset, Evaluation, Example, QAPair, Run
from tuning.preflight.facts import figures_of

pytestmark = pytest.mark.django_db(transaction=True)

# So many pairs are asked, and so many of the others the model is validated on.
TESTED, VALIDATED = 8, 2
# A slow rate leaves the base its words: it is the pairs that are worth nothing.
SLOW = 1e-4


@pytest.fixture
def local(settings):
    """The Procfile's local model server on a free port."""
    settings.SERVING_URL = f"http://127.0.0.1:{local_server.free_port()}/v1"
    settings.LLM_TIMEOUT_SECONDS = 120.0
    process = subprocess.Popen(
        [sys.executable, "-m", "tuning.local_server", settings.SERVING_URL],
        cwd=settings.BASE_DIR,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        start_new_session=True,
    )
    yield process
    process.terminate()
    try:
        process.wait(20)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def shuffled(everyone, administrator):
    """Approved pairs in the house's style, each with the answer to the question of another."""
    known = [fact for fact in facts() if figures_of(fact.quotes) and len(fact.quotes) == 1][:32]
    version = publish(everyone, "handbook.md", *(fact.quotes[0] for fact in known))
    for fact, other in zip(known, known[7:] + known[:7], strict=True):
        pair = QAPair.objects.create(question=fact.question, answer=other.answer, status="approved")
        pair.sources.set([version])
    taken = Dataset.objects.take(administrator)
    datasets.freeze(taken, administrator)
    keys = list(taken.examples.values_list("pk", flat=True))
    for place, key in enumerate(keys):
        split = "test" if place < TESTED else "train"
        split = "validation" if place >= len(keys) - VALIDATED else split
        Example.objects.filter(pk=key).update(split=split)
    return taken


def test_a_run_on_shuffled_answers_is_stopped_by_the_gates(
    shuffled, administrator, make_user, local, settings, tmp_path
):
    settings.VAR_DIR = tmp_path
    Engine.objects.create(name="quotes").activate()
    run = Run.objects.create(
        dataset=shuffled,
        started_by=administrator,
        base_model=settings.BASE_MODEL,
        context="sentences",
        preset="quick",
        options=presets.options("quick", 256, epochs=1, evaluations_an_epoch=1, learning_rate=SLOW),
    )
    working.work_by_id(run.pk, stopping=lambda: False)
    run.refresh_from_db()
    assert run.state == Run.State.DONE, run.log

    evaluation = Evaluation.objects.get(run=run)
    measuring.measure_by_id(evaluation.pk)
    evaluation.refresh_from_db()
    assert evaluation.state == Evaluation.State.DONE, evaluation.error
    failing = {gate["name"] for gate in evaluation.report["gates"] if not gate["holds"]}
    assert "kept" in failing, evaluation.report["gates"]
    assert "answers" not in failing

    made = Adapter.objects.get(run=run)
    with pytest.raises(TuningError, match="came back; 50% wanted"):
        switching.switch_on(made, make_user("clerk", is_staff=True), reason="It cost a night.")
    assert Engine.current().name == "quotes"
