"""OpenAI's fine-tuning service as a trainer: upload the pairs, follow the job, keep its model."""

import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import close_old_connections
from django.utils.translation import gettext as _

from tuning.errors import TuningError
from tuning.models import Metric, Run

if TYPE_CHECKING:
    from openai import OpenAI

POLL_SECONDS = 5.0
TICK_SECONDS = 0.2
# A service that can't be reached so often in a row ends the run; its own job goes on.
PATIENCE = 60
ENDED = {"succeeded", "failed", "cancelled"}
OURS = {"epochs": "n_epochs"}


def available() -> bool:
    """Whether a run can be trained at the service: there is a key."""
    return bool(settings.TUNING_API_KEY)


def train(run: Run, stopping: Callable[[], bool]) -> None:
    """Follows the service's job to its end; a job that was begun already is gone on with."""
    import openai

    with client() as service:
        try:
            run.note(state=Run.State.TRAINING)
            if not run.remote_job:
                begin(run, service)
            follow(run, service, stopping)
        except Run.DoesNotExist:
            if cancelled(run):
                service.fine_tuning.jobs.cancel(run.remote_job)
            raise
        except openai.APIStatusError as error:
            raise TuningError(refusal(error.status_code)) from None
        except openai.APIError:
            raise TuningError(_("The fine-tuning service can't be reached. Try again.")) from None


@contextmanager
def client():
    from openai import OpenAI

    with OpenAI(
        api_key=settings.TUNING_API_KEY or "none",
        base_url=settings.TUNING_BASE_URL or "https://api.openai.com/v1",
        max_retries=2,
        timeout=60,
    ) as service:
        yield service


def cancelled(run: Run) -> bool:
    row = Run.objects.filter(pk=run.pk, state=Run.State.CANCELLED).exclude(remote_job="").first()
    return row is not None


def refusal(status: int) -> str:
    if status in (401, 403):
        return _("The fine-tuning service refuses the key: look at TUNING_API_KEY.")
    if status == 429:
        return _("The fine-tuning service has no room for us just now, or the account no credit.")
    told = _("The fine-tuning service refused the job (%(status)d): is it a model it can tune?")
    return told % {"status": status}


def begin(run: Run, service: "OpenAI") -> None:
    """Uploads the files and starts the job; its name is kept before anything else happens."""
    files = {}
    for split in ("train", "validation"):
        with (run.folder / f"{split}.jsonl").open("rb") as opened:
            name = f"{run.dataset.sha256[:12]}-{split}.jsonl"
            files[split] = service.files.create(file=(name, opened), purpose="fine-tune").id
        run.note()
    hyperparameters = {
        theirs: run.options[ours] for ours, theirs in OURS.items() if run.options.get(ours)
    }
    job = service.fine_tuning.jobs.create(
        model=run.base_model,
        training_file=files["train"],
        validation_file=files["validation"],
        seed=run.options["seed"],
        suffix=f"desk-{run.pk}",
        method={"type": "supervised", "supervised": {"hyperparameters": hyperparameters}},
    )
    run.note(remote_job=job.id)
    run.tell(_("The service took the job %(job)s.") % {"job": job.id})


def follow(run: Run, service: "OpenAI", stopping: Callable[[], bool]) -> None:
    """Writes down what the job tells until it ends."""
    import openai

    failures = 0
    while True:
        close_old_connections()
        try:
            job = service.fine_tuning.jobs.retrieve(run.remote_job)
            events = list(service.fine_tuning.jobs.list_events(run.remote_job, limit=100))
            failures = 0
        except openai.APIConnectionError:
            failures += 1
            if failures >= PATIENCE:
                raise
            job, events = None, []
        for event in reversed(events):
            tell(run, event)
        run.note()
        if job and job.status in ENDED:
            return conclude(run, service, job)
        if pause(run, stopping):
            run.note(state=Run.State.QUEUED)
            return run.enqueue()


def pause(run: Run, stopping: Callable[[], bool]) -> bool:
    """Waits for the next look; whether the worker is to stop meanwhile."""
    end = time.monotonic() + POLL_SECONDS
    while time.monotonic() < end:
        if stopping():
            return True
        time.sleep(TICK_SECONDS)
    return False


def tell(run: Run, event) -> None:
    """One event of the job: a metric, or a line of the log that is not there yet."""
    data = event.data if isinstance(event.data, dict) else {}
    if event.type == "metrics" and "step" in data:
        values = {"loss": data.get("train_loss"), "eval_loss": data.get("valid_loss")}
        known = {name: value for name, value in values.items() if value is not None}
        Metric.objects.update_or_create(run=run, step=data["step"], defaults=known)
        steps = {"steps": data["total_steps"]} if data.get("total_steps") else {}
        run.note(step=max(run.step, data["step"]), **steps)
        if "eval_loss" in known and (run.best_loss is None or known["eval_loss"] < run.best_loss):
            run.note(best_loss=known["eval_loss"], best_step=data["step"])
    else:
        run.refresh_from_db(fields=["log"])
        if f"{event.message}\n" not in run.log:
            run.tell(event.message)


def conclude(run: Run, service: "OpenAI", job) -> None:
    """Ends the run as the job ended, and removes the uploaded pairs from the service."""
    for file in filter(None, (job.training_file, job.validation_file)):
        service.files.delete(file)
    if job.status == "succeeded" and not job.fine_tuned_model:
        run.fail(_("The job succeeded at the service, which named no model."))
    elif job.status == "succeeded":
        run.tell(_("The service made the model %(model)s.") % {"model": job.fine_tuned_model})
        run.finish(result_model=job.fine_tuned_model)
    elif job.status == "cancelled":
        run.fail(_("The job was cancelled at the service."))
    else:
        reason = job.error.message if job.error and job.error.message else ""
        run.fail(_("The job failed at the service. %(reason)s") % {"reason": reason})
