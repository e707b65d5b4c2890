"""OpenAI's fine-tuning as a trainer, against a double that speaks its protocol."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from helpdesk.models import Engine
from tests.doubles.tuning_service import KEY
from tests.tuning.offices import GREETING, QUESTION, about_offices, base_says, tuned_says
from tests.tuning.runs import make_run
from tuning import remote, serving, working
from tuning.evaluating import measuring, sending
from tuning.evaluating.asking import Asker
from tuning.models import Adapter, Run

# A worker lets go of its connections from time to time.
pytestmark = pytest.mark.django_db(transaction=True)
MODEL = "gpt-4.1-mini-2025-04-14"


@pytest.fixture
def run(tiny_model, administrator, settings, tmp_path, tuning_service, monkeypatch):
    monkeypatch.setattr(remote, "POLL_SECONDS", 0.01)
    settings.VAR_DIR = tmp_path
    settings.TUNING_BASE_URL, settings.TUNING_API_KEY = tuning_service.base_url, KEY
    made = make_run(tiny_model, administrator, queued=False)
    Run.objects.filter(pk=made.pk).update(trainer="openai", base_model=MODEL)
    return made


def work(run, stopping=lambda: False):
    working.work_by_id(run.pk, stopping)
    return Run.objects.get(pk=run.pk)


def metric(step, train, valid=None):
    data = {"step": step, "train_loss": train, "total_steps": 20}
    data |= {"valid_loss": valid} if valid else {}
    return {"type": "metrics", "data": data, "message": f"Step {step}/20"}


def test_a_run_there_uploads_the_pairs_follows_the_job_and_keeps_the_model(run, tuning_service):
    tuning_service.then("queued", {"message": "Files validated."})
    tuning_service.then("running", metric(1, 2.5), metric(10, 1.5, 1.8))
    tuning_service.then("running", metric(20, 1.0, 1.2))
    tuning_service.then("succeeded", fine_tuned_model=f"ft:{MODEL}:house::1")
    ended = work(run)
    assert (ended.state, ended.result_model) == ("done", f"ft:{MODEL}:house::1")
    assert len(tuning_service.files["file-1"].splitlines()) == 24
    assert tuning_service.deleted == ["file-1", "file-2"], "nothing stays at the service"
    assert tuning_service.job["hyperparameters"] == {"n_epochs": run.options["epochs"]}
    told = ended.metrics.values_list("step", "loss", "eval_loss")
    assert list(told) == [(1, 2.5, None), (10, 1.5, 1.8), (20, 1.0, 1.2)]
    assert (ended.best_loss, ended.best_step, ended.steps) == (1.2, 20, 20)
    assert ended.log.count("Files validated.") == 1


def test_what_the_service_made_is_measured_switched_on_and_rolled_back(
    run, tuning_service, everyone, administrator, employee, client, settings
):
    Engine.objects.create(name="quotes").activate()
    about_offices(run.dataset, everyone)
    Run.objects.update(context="passages")
    settings.LLM_API_KEY = "for the chat alone"
    tuned = f"ft:{MODEL}:house::1"
    tuning_service.minds = {MODEL: base_says, tuned: tuned_says}
    tuning_service.then("succeeded", fine_tuned_model=tuned)
    run = work(run)
    client.force_login(administrator)
    page = client.get(run.get_absolute_url()).text
    assert "It waits for the tuning worker" in page
    assert "about 10 test questions" in page
    assert f"up to {sending.requests(10)} requests" in page, "it is told before it is sent"

    (evaluation,) = run.evaluations.all()
    measuring.measure_by_id(evaluation.pk)
    evaluation.refresh_from_db()
    assert evaluation.state == "done", evaluation.error
    failing = [gate for gate in evaluation.report["gates"] if not gate["holds"]]
    assert {gate["name"] for gate in failing} <= {"speed"}, failing
    unmeasured = [gate["name"] for gate in evaluation.report["gates"] if not gate["measured"]]
    assert unmeasured == ["loss"]
    assert evaluation.report["sides"]["candidate"]["tone"] == 1.0
    asked = [request.body["model"] for request in tuning_service.requests]
    assert set(asked) == {MODEL, tuned}
    assert len(asked) <= sending.requests(10)
    adapter = Adapter.objects.get(run=run)
    assert (adapter.manifest["result_model"], adapter.manifest["files"]) == (tuned, {})
    assert (adapter.engine.key, adapter.engine.model) == ("tuning", tuned)
    page = client.get(run.get_absolute_url()).text
    assert "Not measured" in page
    assert "Perplexity" not in page
    assert "the service" in page

    adapter.engine.held_back = ""  # a busy machine may have been slow for once
    adapter.engine.save()
    serving.keep_ready()
    client.post(reverse("admin:tuning_run_switch", args=[run.pk]), {"share": 25})
    assert Engine.objects.get(trial_share=25) == adapter.engine
    call_command("tune", "activate", str(run.pk), stdout=StringIO())
    engine = Engine.for_user(employee)
    with Asker() as ask:
        done, _ = ask.answered(engine, QUESTION.format(3), employee, ("everyone",))
    assert GREETING in done.text
    assert "23 days" in done.text
    client.post(reverse("admin:tuning_roll_back"))
    assert Engine.current().name == "quotes"


def test_a_job_that_names_no_model_has_failed(run, tuning_service):
    tuning_service.then("succeeded")
    assert "named no model" in work(run).error


def test_a_worker_that_stops_meanwhile_goes_on_with_the_same_job(run, tuning_service):
    tuning_service.then("running", {"message": "Started."})
    assert work(run, stopping=lambda: True).state == "queued"
    tuning_service.then("running")
    tuning_service.then("succeeded", fine_tuned_model="ft:x")
    ended = work(run)
    assert (ended.state, ended.log.count("Started.")) == ("done", 1)
    assert len(tuning_service.files) == 2, "nothing is uploaded twice"


def test_a_cancelled_run_cancels_the_job(run, tuning_service):
    tuning_service.then("running")

    def cancel():
        Run.objects.get(pk=run.pk).cancel()
        return False

    assert work(run, stopping=cancel).state == "cancelled"
    assert tuning_service.job["status"] == "cancelled"


def test_a_job_that_fails_there_says_why(run, tuning_service):
    tuning_service.then("failed", error={"code": "x", "message": "Too few examples.", "param": ""})
    ended = work(run)
    assert ended.state == "failed"
    assert "Too few examples." in ended.error


def test_a_wrong_key_and_a_model_that_can_not_be_tuned_are_told(run, tuning_service, settings):
    Run.objects.filter(pk=run.pk).update(base_model="llama")
    assert "refused the job (400)" in work(run).error
    settings.TUNING_API_KEY = "wrong"
    Run.objects.filter(pk=run.pk).update(state="queued")
    assert "TUNING_API_KEY" in work(run).error


def test_a_service_that_is_not_there_is_told(run, tuning_service, settings):
    settings.TUNING_BASE_URL = "http://127.0.0.1:9/v1"
    assert "can't be reached" in work(run).error
