"""What a real worker leaves behind when it is killed, stopped or overtaken, stage by stage."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong

import pytest
from django.core.files.base import ContentFile
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from knowledge import indexing, publishing, queueing, tasks
from knowledge.benchmarks import scratch
from knowledge.extract.readers import Readers
from knowledge.models import AuditEntry, Embedding, Passage
from knowledge.uploads import upload
from tests.knowledge.versions import fresh, live, statuses
from tests.workers import heartbeats_stop, kill, run_sql, wait_for

pytestmark = pytest.mark.usefixtures("closed_readers")

STAGES = ["extracting", "embedding", "ready"]
SECTION = "# Leave {0}\n\nEvery employee of site {0} has 25 working days of leave a year.\n\n"
TEXT = "".join(SECTION.format(number) for number in range(100))


def queued(collection, text=TEXT, name="leave.md"):
    return upload(collection, name, ContentFile(text.encode(), name)).version


def status(version):
    return fresh(version).status


def becomes(version, wanted):
    wait_for(lambda: status(version) == wanted)


def is_complete(version):
    """The version answers, by each of its passages once."""
    version = fresh(version)
    found = Passage.objects.filter(version=version)
    assert (version.status, live(version.document)) == ("ready", {version.number})
    assert version.document.current == version
    assert found.count() == version.passage_count > 0
    assert Embedding.objects.filter(passage__version=version, live=True).count() == found.count()
    published = AuditEntry.objects.filter(document=version.document, action="published")
    assert published.filter(version_number=version.number).count() == 1


def jobs(state):
    return ProcrastinateJob.objects.filter(task_name=tasks.ingest.name, status=state).count()


def in_thread(call):
    """Runs `call` on a connection of its own; gives the future."""

    def run():
        try:
            return call()
        finally:
            connections.close_all()

    return ThreadPoolExecutor(1).submit(run)


@pytest.mark.parametrize("stage", STAGES)
def test_the_work_of_a_killed_worker_is_done_elsewhere_and_once(
    everyone, run_jobs, start_worker, gate, stage
):
    version = queued(everyone)
    gate.close(stage)
    worker = start_worker()
    gate.wait()
    kill(worker)
    gate.open()
    assert not Passage.objects.exists()
    assert queueing.look([version.pk]).stalled == set()
    heartbeats_stop()
    assert queueing.look([version.pk]).stalled == {version.pk}
    run_jobs()
    run_jobs()
    is_complete(version)
    assert not jobs("doing") + jobs("todo")


def test_a_worker_whose_hands_are_full_gives_the_jobs_of_a_killed_one_back(
    everyone, start_worker, gate
):
    gate.close("extracting")
    killed, versions = full_hands(everyone, start_worker)
    _, others = full_hands(everyone, start_worker)
    kill(killed)
    dead = jobs_of(versions).values_list("worker_id", flat=True)
    heartbeats_stop(set(dead))
    # With its next heartbeat, while it can take no job itself.
    wait_for(lambda: jobs_of(versions).filter(status="todo").count() == len(versions))
    assert jobs_of(others).filter(status="doing", attempts=0).count() == len(others)
    gate.open()
    for version in versions + others:
        becomes(version, "ready")
        is_complete(version)


def full_hands(collection, start_worker):
    """Starts a worker that takes all it can; gives it and its versions."""
    before = jobs("doing")
    numbers = range(before, before + scratch.concurrency())
    versions = [queued(collection, f"{TEXT} {n}", f"{n}.md") for n in numbers]
    worker = start_worker()
    wait_for(lambda: jobs("doing") == before + len(versions))
    return worker, versions


def jobs_of(versions):
    return ProcrastinateJob.objects.filter(args__version_id__in=[one.pk for one in versions])


def test_a_cancelled_document_stops_and_the_worker_goes_on(
    everyone, administrator, start_worker, gate
):
    version = queued(everyone)
    gate.close("extracting")
    start_worker()
    gate.wait()
    cancelled = in_thread(lambda: version.cancel(administrator))
    gate.open()
    assert cancelled.result(20)
    other = queued(everyone, name="other.md")
    becomes(other, "ready")
    wait_for(lambda: not jobs("doing"))
    assert (status(version), live(version.document)) == ("cancelled", set())

    gate.close("embedding")
    assert fresh(version).retry(administrator)
    gate.wait()
    again = in_thread(lambda: version.cancel(administrator) and version.retry(administrator))
    gate.open()
    assert again.result(20)
    becomes(version, "ready")
    wait_for(lambda: not jobs("doing") + jobs("todo"))
    is_complete(version)
    assert jobs("failed") == 0


def test_a_document_that_waits_for_a_reader_is_queued_and_can_be_cancelled(
    everyone, run_jobs, administrator, monkeypatch
):
    monkeypatch.setattr(indexing, "readers", Readers(1))
    version, other = queued(everyone), queued(everyone, name="other.md")
    with indexing.readers.one():
        work = [in_thread(lambda pk=each.pk: indexing.index_by_id(pk)) for each in (version, other)]
        with pytest.raises(TookTooLong):
            work[0].result(0.5)
        assert (status(version), status(other)) == ("queued", "queued")
        assert version.cancel(administrator)
    for each in work:
        each.result(20)
    indexing.readers.close()
    assert status(version) == "cancelled"
    is_complete(other)


def test_what_is_just_being_published_is_not_cancelled_but_withdrawn(
    everyone, administrator, start_worker, gate
):
    version = queued(everyone)
    gate.close("ready")
    start_worker()
    gate.wait()
    cancelled = in_thread(lambda: version.cancel(administrator))
    gate.open()
    assert cancelled.result(20) is False
    is_complete(version)

    for stage, ends in (("ready", "withdrawn"), ("embedding", "cancelled")):
        gate.close(stage)
        other = queued(everyone, name=f"{stage}.md", text=f"{TEXT} {stage}.")
        gate.wait()
        withdrawn = in_thread(
            lambda other=other: publishing.withdraw(other.document, administrator)
        )
        gate.open()
        assert withdrawn.result(20)
        wait_for(lambda: not jobs("doing"))
        assert (status(other), live(other.document)) == (ends, set())


def test_a_newer_file_waits_for_the_older_and_then_replaces_it(everyone, start_worker, gate):
    first = queued(everyone)
    gate.close("extracting")
    start_worker()
    gate.wait()
    second = queued(everyone, TEXT + "More.\n")
    gate.open()
    becomes(second, "ready")
    is_complete(second)
    assert statuses(first.document) == ["replaced", "ready"]


def test_the_last_try_that_lost_its_connection_ends_as_failed_and_can_be_tried_again(
    everyone, administrator, start_worker, gate
):
    version = queued(everyone)
    run_sql("UPDATE procrastinate_jobs SET attempts = %s", tasks.TRIES - 1)
    gate.close("embedding")
    start_worker()
    run_sql("SELECT pg_terminate_backend(%s)", gate.wait())
    gate.open()
    wait_for(lambda: jobs("failed"))
    queueing.sweep()
    assert status(version) == "failed"
    assert fresh(version).retry(administrator)
    becomes(version, "ready")
    is_complete(version)


def test_a_worker_that_stops_leaves_to_others_what_it_did_not_begin(
    everyone, run_jobs, start_worker, gate
):
    gate.close("embedding")
    worker, held = full_hands(everyone, start_worker)
    gate.wait()
    others = [queued(everyone, f"{TEXT} later {n}", f"later {n}.md") for n in range(4)]
    worker.terminate()
    gate.open()
    worker.wait()
    assert [status(version) for version in held] == ["ready"] * len(held)
    assert jobs_of(others).filter(status="todo", attempts=0).count() == len(others)
    run_jobs()
    for version in held + others:
        is_complete(version)
