"""The end of one job and the beginning of the next in one statement, on the real queue."""

import asyncio
import gc
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

from knowledge import garbage, heartbeats, tasks
from knowledge.uploads import upload
from tests.workers import run_sql

pytestmark = pytest.mark.django_db(transaction=True)


def queued(collection, *texts, name=""):
    """Versions of one document, or of a document each, in the queue; gives their keys."""
    files = [ContentFile(text.encode(), name or f"{text}.txt") for text in texts]
    return [upload(collection, file.name, file).version.pk for file in files]


def at_the_queue(work):
    """Runs `work(manager, worker)` as a worker that has registered itself."""

    async def run():
        worker_app = app.with_connector(app.connector.get_worker_connector())
        heartbeats.attach(worker_app)
        manager = worker_app.job_manager
        async with worker_app.open_async():
            return await work(manager, await manager.register_worker())

    return asyncio.run(run())


async def in_thread(work, *args, **given):
    """What `work` gives; its connection goes back to the pool, which has few."""

    def run():
        try:
            return work(*args, **given)
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)


async def fetched(manager, worker):
    job = await manager.fetch_job(["documents"], worker)
    return job and job.task_kwargs["version_id"], job


async def ended(manager, job):
    await manager.finish_job(job, Status.SUCCEEDED, delete_job=True)


def states():
    """The queue: the state of each version's job, and how often it was tried."""
    jobs = ProcrastinateJob.objects.filter(task_name=tasks.ingest.name).order_by("pk")
    rows = jobs.values_list("args__version_id", "status", "attempts")
    return [(version, str(status), attempts) for version, status, attempts in rows]


def test_a_worker_begins_by_passing_by_what_is_there_once():
    async def work(manager, worker):
        before = gc.get_freeze_count()
        later = [[] for _ in range(1000)]
        await manager.register_worker()
        return before, len(later), gc.get_freeze_count()

    garbage.pass_by_what_is_there.cache_clear()
    gc.unfreeze()
    try:
        before, made, after = at_the_queue(work)
    finally:
        gc.unfreeze()
    assert before > 10_000
    assert after <= before + made // 2


def test_a_job_is_queued_as_it_was_meant_to_be(everyone):
    later = timezone.now() + timedelta(hours=1)
    task = tasks.build_index.configure(lock="index-7", queueing_lock="index-7", schedule_at=later)
    pk = task.defer(index_id=7)
    job = ProcrastinateJob.objects.get()
    assert (job.pk, job.task_name, job.args) == (pk, "knowledge.tasks.build_index", {"index_id": 7})
    assert (job.queue_name, job.priority, job.status) == ("documents", -1, "todo")
    assert (job.lock, job.queueing_lock, job.scheduled_at) == ("index-7", "index-7", later)
    with pytest.raises(AlreadyEnqueued):
        task.defer(index_id=7)


def test_the_end_of_a_job_brings_the_next_one(everyone, monkeypatch):
    first, second, third = queued(everyone, "one", "two", "three")

    async def work(manager, worker):
        _, job = await fetched(manager, worker)
        await ended(manager, job)
        taken = await in_thread(states)
        monkeypatch.setattr(manager.connector, "execute_query_one_async", None)
        return job.task_kwargs["version_id"], taken, (await fetched(manager, worker))[0]

    found, taken, after = at_the_queue(work)
    assert (found, after) == (first, second)
    assert taken == [(second, "doing", 0), (third, "todo", 0)]


def test_the_next_version_of_a_document_comes_with_the_end_of_the_one_before(everyone):
    first, second = queued(everyone, "one", "two", name="leave.txt")

    async def work(manager, worker):
        version, job = await fetched(manager, worker)
        await ended(manager, job)
        return version, (await fetched(manager, worker))[0]

    assert at_the_queue(work) == (first, second)


def test_a_worker_that_found_nothing_is_given_nothing_until_it_asks_again(everyone):
    first, second = queued(everyone, "one"), []

    async def work(manager, worker):
        _, job = await fetched(manager, worker)
        assert await fetched(manager, worker) == (None, None)
        second.extend(await in_thread(queued, everyone, "two"))
        await ended(manager, job)
        return await in_thread(states), (await fetched(manager, worker))[0]

    assert at_the_queue(work) == ([(*second, "todo", 0)], *second)
    assert first != second


def test_what_a_stopping_worker_was_given_goes_back_as_it_was(everyone):
    first, second = queued(everyone, "one", "two")
    tasks.turn.configure(priority=-1).defer(timestamp=0)

    async def work(manager, worker):
        jobs = [(await fetched(manager, worker))[1] for _ in range(2)]
        await ended(manager, jobs[0])
        # It comes by the clock: meanwhile it is queued anew.
        await in_thread(tasks.turn.defer, timestamp=60)
        await manager.unregister_worker(worker)

    at_the_queue(work)
    assert states() == [(second, "doing", 0)]
    others = ProcrastinateJob.objects.exclude(task_name=tasks.ingest.name)
    assert [(job.status, job.args["timestamp"]) for job in others] == [("todo", 60)]
    assert first != second


def test_a_worker_that_stops_is_given_nothing_more(everyone):
    _, second = queued(everyone, "one", "two")

    async def work(manager, worker):
        _, job = await fetched(manager, worker)
        listener = asyncio.create_task(
            manager.listen_for_jobs(on_notification=None, queues=["documents"])
        )
        await asyncio.sleep(0.1)
        listener.cancel()
        await asyncio.gather(listener, return_exceptions=True)
        await ended(manager, job)

    at_the_queue(work)
    assert states() == [(second, "todo", 0)]


def test_of_two_lost_jobs_that_are_the_same_one_goes_back():
    async def work(manager, worker):
        for timestamp in (0, 60):
            job = tasks.turn.configure(lock=f"turn-{timestamp}")
            await in_thread(job.defer, timestamp=timestamp)
            assert await manager.fetch_job(["documents"], worker)
        hands = manager.hands(worker)
        hands.held.clear()
        hands.doubts = True
        await manager.update_heartbeat(worker)
        return hands.doubts

    assert at_the_queue(work) is False
    assert [(one.status, one.args["timestamp"]) for one in ProcrastinateJob.objects.all()] == [
        ("todo", 0)
    ]


def test_a_job_whose_end_lost_its_answer_leaves_nothing_behind(everyone, monkeypatch):
    _, second, third = queued(everyone, "one", "two", "three")

    async def work(manager, worker):
        _, job = await fetched(manager, worker)
        ask = manager.connector.execute_query_one_async

        async def lose(*arguments, **named):
            await ask(*arguments, **named)
            raise ConnectorException

        monkeypatch.setattr(manager.connector, "execute_query_one_async", lose)
        with pytest.raises(ConnectorException):
            await ended(manager, job)
        monkeypatch.undo()
        lost = await in_thread(states)
        held, _ = await fetched(manager, worker)
        await manager.update_heartbeat(worker)
        return lost, held

    lost, held = at_the_queue(work)
    assert lost == [(second, "doing", 0), (third, "todo", 0)]
    assert held == third
    assert states() == [(second, "todo", 0), (third, "doing", 0)]


def test_a_job_whose_end_was_not_kept_is_done_again_by_a_worker_that_lives(everyone, monkeypatch):
    (version,) = queued(everyone, "one")

    async def work(manager, worker):
        _, job = await fetched(manager, worker)
        await fetched(manager, worker)

        async def fail(*_, **__):
            raise ConnectorException

        monkeypatch.setattr(manager.connector, "execute_query_async", fail)
        with pytest.raises(ConnectorException):
            await ended(manager, job)
        monkeypatch.undo()
        await manager.update_heartbeat(worker)
        return await fetched(manager, worker)

    assert at_the_queue(work)[0] == version


def test_a_worker_goes_on_where_its_connection_is_lost_in_the_midst_of_its_work(everyone):
    versions = queued(everyone, "one", "two", "three")

    async def work(manager, worker):
        async def cut():
            pids = [one.info.backend_pid for one in manager.connector.pool._pool]
            sql = "SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s::int[]) AS cut (pid)"
            assert {(True,)} >= set(await in_thread(run_sql, sql, pids))

        first, job = await fetched(manager, worker)
        await cut()
        await ended(manager, job)
        second, job = await fetched(manager, worker)
        await cut()
        await manager.update_heartbeat(worker)
        await cut()
        third, _ = await fetched(manager, worker)
        return [first, second, third]

    assert at_the_queue(work) == versions
    assert states() == [(version, "doing", 0) for version in versions[1:]]


def test_a_worker_looks_at_a_connection_that_lay_idle(everyone, monkeypatch):
    async def work(manager, worker):
        pool = manager.connector.pool
        async with pool.connection() as connection:
            assert connection.autocommit
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ANY (%s)"
        pids = [one.info.backend_pid for one in pool._pool]
        await in_thread(run_sql, others, pids)
        monkeypatch.setattr("knowledge.queue_pool.KEPT", 0)
        await manager.update_heartbeat(worker)
        async with pool.connection() as connection:
            rows = await connection.execute("SELECT statement FROM pg_prepared_statements")
            return pids, connection.info.backend_pid, await rows.fetchall()

    pids, now, statements = at_the_queue(work)
    assert now not in pids
    assert any("pg_prepared_statements" in statement for (statement,) in statements)
