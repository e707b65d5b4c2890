"""manage.py tune."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from helpdesk.models import Engine
from tests.tuning.runs import make_run
from tests.tuning.test_switching import FAILED, make_adapter
from tuning.models import QAPair, Run


@pytest.fixture(autouse=True)
def places(settings, tmp_path, tiny_model):
    settings.VAR_DIR = tmp_path
    settings.BASE_MODEL = str(tiny_model)


def tune(*arguments):
    out = StringIO()
    call_command("tune", *arguments, stdout=out)
    return out.getvalue()


def test_check_tells_what_blocks_and_what_it_takes(administrator, tiny_model):
    QAPair.objects.create(question="How many days?", answer="25.", status="approved")
    told = json.loads(tune("check", "--rank", "4", "--base-model", str(tiny_model), "--json"))
    assert (told["pairs"], told["blocking"] > 0, told["options"]["alpha"]) == (1, True, 8)
    assert 0 < told["estimate"]["trainable"] < told["estimate"]["parameters"]
    assert "blocks: " in tune("check", "--base-model", str(tiny_model))


def test_nothing_starts_while_something_blocks(administrator, tiny_model):
    with pytest.raises(CommandError, match="20 or more"):
        tune("start", "--base-model", str(tiny_model))


def test_a_folder_without_a_model_is_told(administrator):
    with pytest.raises(CommandError, match="There is no folder /nowhere"):
        tune("start", "--base-model", "/nowhere")


def test_runs_are_listed_shown_and_cancelled(administrator, tiny_model):
    assert "No run yet" in tune("list")
    run = make_run(tiny_model, administrator, queued=False)
    assert json.loads(tune("status", "--json"))["run"] == run.pk
    assert "queued" in tune("list")
    assert json.loads(tune("cancel", str(run.pk), "--json"))["state"] == "cancelled"
    with pytest.raises(CommandError, match="has ended already"):
        tune("cancel", str(run.pk))
    with pytest.raises(CommandError, match="no such run"):
        tune("status", "4711")


def test_follow_ends_with_the_run_and_fails_with_it(administrator, tiny_model):
    run = make_run(tiny_model, administrator, queued=False)
    Run.objects.filter(pk=run.pk).update(state="failed", error="The disk is full.")
    with pytest.raises(CommandError, match="The disk is full"):
        tune("follow", str(run.pk))
    Run.objects.filter(pk=run.pk).update(state="done", error="", best_loss=0.5)
    assert "validation loss 0.5000" in tune("follow")


def test_a_model_is_tried_activated_and_rolled_back(administrator, tiny_model):
    Engine.objects.create(name="quotes").activate()
    made = make_adapter(tiny_model, administrator)
    number = str(made.run_id)
    assert "(25%)" in tune("activate", number, "--share", "25")
    told = json.loads(tune("activate", number, "--json"))
    assert (told["engine"], told["before"]) == (made.name, "quotes")
    assert Engine.current() == made.engine
    assert "rolled back" in tune("rollback", "--reason", "Too chatty.")
    with pytest.raises(CommandError, match="nothing to roll back"):
        tune("rollback")


def test_a_failing_gate_asks_the_shell_for_a_reason_too(administrator, tiny_model):
    made = make_adapter(tiny_model, administrator, report=FAILED)
    with pytest.raises(CommandError, match="say why"):
        tune("activate", str(made.run_id))
    tune("activate", str(made.run_id), "--reason", "We know.")
    assert Engine.current() == made.engine


def test_what_has_no_adapter_can_be_neither_activated_nor_measured(administrator, tiny_model):
    run = make_run(tiny_model, administrator, queued=False)
    with pytest.raises(CommandError, match="has no adapter yet"):
        tune("activate", str(run.pk))
    with pytest.raises(CommandError, match="nothing to measure"):
        tune("evaluate", str(run.pk))
