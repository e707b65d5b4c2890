"""The work on a run in real processes: to its end, killed, gone on with, cancelled."""

import fcntl

import pytest

from tests.tuning.runs import make_run
from tests.workers import heartbeats_stop, kill, wait_for
from tuning import working
from tuning.models import Run

# A worker lets go of its connections from time to time.
pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 240


@pytest.fixture(autouse=True)
def folder_of_its_own(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def fresh(run):
    return Run.objects.get(pk=run.pk)


def nobody_trains(run):
    """Whether no process holds the run's folder any more."""
    with (run.folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


def test_a_killed_worker_loses_a_checkpoint_at_most_and_a_cancelled_run_ends(
    start_worker, tiny_model, administrator
):
    first = make_run(tiny_model, administrator, epochs=40, evaluations_an_epoch=0.1)
    second = make_run(tiny_model, administrator, epochs=400, evaluations_an_epoch=0.1)
    desk, worker = start_worker(), start_worker("tuning")
    wait_for(lambda: "checkpoint saved" in fresh(first).log, SECONDS)
    kill(worker)
    assert fresh(second).state == Run.State.QUEUED, "one run at a time"
    wait_for(lambda: nobody_trains(first), SECONDS)
    reached = fresh(first).step
    assert fresh(first).state == Run.State.TRAINING

    # One whose heartbeat has stopped is forgotten: a living one must not be among them.
    kill(desk)
    heartbeats_stop()
    start_worker()
    start_worker("tuning")
    ended = wait_for(lambda: fresh(first).finished and fresh(first), SECONDS)
    assert ended.state == Run.State.DONE, ended.log
    assert "Goes on from step" in ended.log
    resumed = int(ended.log.split("Goes on from step ")[1].split(".")[0])
    assert reached - 41 <= resumed > 0
    assert (first.adapter / "adapter_model.safetensors").exists()
    steps = list(ended.metrics.exclude(loss=None).values_list("step", flat=True))
    assert steps == list(range(1, ended.steps + 1)), "the plot has no gap and no step twice"
    assert ended.best_loss == min(
        ended.metrics.exclude(eval_loss=None).values_list("eval_loss", flat=True)
    )

    assert ended.trainable_parameters < ended.total_parameters
    samples = ended.metrics.exclude(eval_loss=None).last().samples
    assert samples[0]["wanted"].startswith("Hello! There are")

    wait_for(lambda: fresh(second).step > 0, SECONDS)
    fresh(second).cancel()
    wait_for(lambda: nobody_trains(second), SECONDS)
    ended = fresh(second)
    assert (ended.state, ended.step < ended.steps) == (Run.State.CANCELLED, True)
    assert not second.adapter.exists()


def test_a_worker_that_is_to_stop_gives_the_run_back(tiny_model, administrator, run_jobs):
    run = make_run(tiny_model, administrator, queued=False)
    working.work_by_id(run.pk, stopping=lambda: True)
    assert fresh(run).state == Run.State.QUEUED
    assert nobody_trains(run)
    assert fresh(run).attempt == 1


def test_a_run_that_can_not_learn_says_why(tiny_model, administrator):
    run = make_run(tiny_model, administrator, queued=False, longest=64)
    working.work_by_id(run.pk, stopping=lambda: False)
    ended = fresh(run)
    assert ended.state == Run.State.FAILED
    assert "longer than the model may read" in ended.error


def test_a_full_disk_ends_a_run_before_it_begins(tiny_model, administrator, monkeypatch):
    run = make_run(tiny_model, administrator, queued=False)
    (run.folder / "config.json").unlink()

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(working.dataset, "freeze", full)
    working.work_by_id(run.pk, stopping=lambda: False)
    assert "The disk is full" in fresh(run).error


def test_who_lost_a_run_to_another_worker_writes_nothing_more(tiny_model, administrator):
    run = make_run(tiny_model, administrator, queued=False)
    run.take_up()
    other = fresh(run)
    other.take_up()
    with pytest.raises(Run.DoesNotExist):
        run.note(step=3)
    other.note(step=4)
    assert fresh(run).step == 4
