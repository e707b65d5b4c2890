"""The trainer of this installation: a process of its own, watched from the worker."""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread

from django.conf import settings
from django.db import close_old_connections
from django.utils.translation import gettext as _

from knowledge.environment import without_secrets
from tuning import endings
from tuning.models import Metric, Run

POLL_SECONDS = 0.5
GRACE_SECONDS = 5
# The fields of a metric that an event of each kind gives.
LOSS = ("epoch", "loss", "learning_rate", "tokens_per_second")
EVALUATION = ("epoch", "eval_loss", "samples")
# The desk answers on the same cores: threads that wait must not keep them busy. What is printed is
# read line by line, as it comes.
QUIET = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONWARNINGS": "ignore",
    "PYTHONUNBUFFERED": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
}


def train(run: Run, stopping: Callable[[], bool]) -> None:
    """Trains until the end, or until the run is cancelled or the worker is to stop."""
    run.note(state=Run.State.TRAINING)
    child = start(run.folder)
    lines: queue.Queue[str] = queue.Queue()
    reader = Thread(target=listen, args=[child.stdout, lines], daemon=True)
    reader.start()
    report = Report(run)
    try:
        while reader.is_alive():
            if stopping():
                run.note(state=Run.State.QUEUED)
                run.enqueue()
                return
            report.take(drained(lines))
            reader.join(POLL_SECONDS)
        report.take(drained(lines))
        report.end(child.wait())
    finally:
        end(child)


def start(folder: Path) -> subprocess.Popen:
    """The training process. It ends when this one does, for then its standard input closes."""
    env = without_secrets() | QUIET
    config = json.loads((folder / "config.json").read_text())
    if Path(config["base_model"]).is_dir():
        env["HF_HUB_OFFLINE"] = "1"
    return subprocess.Popen(
        [sys.executable, "-m", "tuning.train", str(folder), "--tethered"],
        cwd=settings.BASE_DIR,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )


def listen(output, lines: queue.Queue) -> None:
    with output:
        for line in output:
            lines.put(line)


def drained(lines: queue.Queue) -> list[str]:
    found = []
    with suppress(queue.Empty):
        while True:
            found.append(lines.get_nowait())
    return found


def end(child: subprocess.Popen) -> None:
    """Ends the process and all that it started."""
    child.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        child.wait(GRACE_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


class Report:
    """What the process tells, written to the run's rows."""

    def __init__(self, run: Run):
        self.run = run
        self.failed, self.done = "", {}
        self.began = time.monotonic()
        self.before = run.training_seconds
        self.validation = validation(run.folder)

    def take(self, lines: list[str]) -> None:
        """Writes what came since the last time, and that the run is alive.

        Raises DoesNotExist when the run is not this worker's any more.
        """
        close_old_connections()
        values: dict = {}
        losses, evaluations = {}, {}
        for line in lines:
            event = parsed(line)
            if event is None:
                self.run.tell(line)
                continue
            deed = getattr(self, f"on_{event.pop('event')}", None)
            if deed:
                values |= deed(event) or {}
            if event.get("loss") is not None:
                losses[event["step"]] = self.metric(event, LOSS)
            if event.get("eval_loss") is not None:
                evaluations[event["step"]] = self.metric(event, EVALUATION)
        self.run.note(**values)
        for rows, fields in ((losses, LOSS), (evaluations, EVALUATION)):
            Metric.objects.bulk_create(
                rows.values(),
                update_conflicts=True,
                unique_fields=["run", "step"],
                update_fields=fields,
            )

    def metric(self, event: dict, fields: tuple[str, ...]) -> Metric:
        values = {name: event[name] for name in fields}
        return Metric(run=self.run, step=event["step"], **values)

    def on_loading(self, event):
        self.run.tell(_("Loading the base model."))

    def on_data(self, event):
        told = _(
            "%(train)d examples to train on, %(validation)d to validate, %(left_out)d too long."
        )
        self.run.tell(told % event)

    def on_parameters(self, event):
        return {
            "trainable_parameters": event["trainable"],
            "total_parameters": event["base"],
        }

    def on_resumed(self, event):
        self.run.tell(_("Goes on from step %(step)d.") % event)
        self.run.metrics.filter(step__gt=event["step"]).delete()

    def on_step(self, event):
        values = ("step", "steps", "epoch", "tokens_per_second", "remaining_seconds")
        seconds = self.before + time.monotonic() - self.began
        return {"training_seconds": seconds, **{name: event[name] for name in values}}

    def on_evaluation(self, event):
        event["samples"] = [
            {"example": example, "wanted": wanted, "given": given}
            for (example, wanted), given in zip(self.validation, event["samples"], strict=False)
        ]
        self.run.tell(_("Step %(step)d: validation loss %(eval_loss).4f.") % event)
        if self.run.best_loss is None or event["eval_loss"] < self.run.best_loss:
            return {"best_loss": event["eval_loss"], "best_step": event["step"]}
        return None

    def on_checkpoint(self, event):
        self.run.tell(_("Step %(step)d: checkpoint saved.") % event)

    def on_failed(self, event):
        self.failed = event["code"]

    def on_done(self, event):
        self.done = event

    def end(self, code: int) -> None:
        """Ends the run as the process ended."""
        if self.done and code == 0:
            self.run.tell(_("Done: the best adapter is kept."))
            self.run.finish(
                best_loss=self.done["best_loss"],
                best_step=self.done["best_step"],
                peak_bytes=self.done["peak_bytes"],
                base_revision=self.done["base_revision"],
            )
            # With their optimiser they are several times as large as the adapter.
            shutil.rmtree(self.run.folder / "checkpoints", ignore_errors=True)
        else:
            killed = code == -signal.SIGKILL
            self.run.fail(endings.sentence(self.failed or ("killed" if killed else "error")))


def validation(folder: Path) -> list[tuple[int, str]]:
    """For each line that the model is validated on: the example, and the answer that is wanted."""
    index = json.loads((folder / "index.json").read_text())["validation"]
    lines = (folder / "validation.jsonl").read_text().splitlines()
    answers = [json.loads(line)["messages"][-1]["content"] for line in lines]
    return list(zip(index, answers, strict=True))


def parsed(line: str) -> dict | None:
    """The event of a line, None for one that is for the log."""
    if not line.startswith('{"event"'):
        return None
    with suppress(ValueError):
        return json.loads(line)
    return None
