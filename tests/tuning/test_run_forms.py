"""The form of a run: what is left empty follows the preset and the model's size."""

import pytest

from tuning import presets
from tuning.run_forms import StartForm


@pytest.fixture
def plan(administrator, tiny_model):
    def made(**data):
        chosen = {"preset": "quick", "trainer": "local", "base_model": str(tiny_model), **data}
        form = StartForm(chosen, by=administrator)
        assert form.is_valid(), form.errors
        return form.plan()

    return made


def test_what_is_left_empty_stays_as_the_preset_has_it(plan):
    chosen = plan()
    assert chosen.changes == {}
    assert chosen.options["warmup"] == presets.COMMON["warmup"]
    assert chosen.options["gradient_checkpointing"] is False


def test_a_nought_and_a_no_are_choices_too(plan):
    chosen = plan(warmup="0", gradient_checkpointing="no", dora="on")
    assert chosen.changes == {"warmup": 0, "gradient_checkpointing": False, "dora": True}
    assert plan(gradient_checkpointing="yes").options["gradient_checkpointing"] is True


def test_memory_is_spared_for_a_large_model_unless_somebody_says_no():
    large = presets.options("quick", 2048, presets.SPARED_FROM)
    assert large["gradient_checkpointing"] is True
    kept = presets.options("quick", 2048, presets.SPARED_FROM, gradient_checkpointing=False)
    assert kept["gradient_checkpointing"] is False
