"""What a run will take."""

import pytest
from django.conf import settings

from tests.tuning.runs import make_run
from tuning import presets
from tuning.demo.house import facts
from tuning.estimating import estimate
from tuning.models import Run

PAIRS = [("How many days of leave do I have?", "Hello! You have 25 days of leave. [1]")] * 20


def told(model, **changes):
    return estimate(str(model), presets.options("quick", 32, **changes), PAIRS, "sentences")


def test_spared_memory_is_paid_for_with_time(db, tiny_model):
    plain, spared = told(tiny_model), told(tiny_model, gradient_checkpointing=True)
    assert spared.above_bytes < plain.above_bytes
    assert spared.seconds > plain.seconds
    assert not plain.calibrated


def test_the_speed_is_that_of_the_last_run_here(administrator, tiny_model, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    before = told(tiny_model)
    run = make_run(tiny_model, administrator, queued=False)
    Run.objects.filter(pk=run.pk).update(
        state="done", tokens_per_second=10, total_parameters=before.parameters
    )
    after = told(tiny_model)
    assert after.calibrated
    assert after.seconds > before.tokens / 10


def test_the_first_estimate_of_the_demo_pairs_is_what_their_run_took(db):
    pairs = [(fact.question, fact.answer) for fact in facts()]
    model = str(settings.BASE_DIR / "tuning" / "demo_model")
    first = estimate(model, presets.options("quick", 256), pairs, "sentences")
    assert first.tokens == pytest.approx(413_037, rel=0.05)
    # By the clock, of two cores with other work beside.
    assert first.seconds == pytest.approx(107, rel=0.3)
