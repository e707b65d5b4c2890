"""A job's end and the next one's beginning, in one statement and one commit."""

from asyncio import Lock
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from procrastinate.contrib.django.django_connector import DjangoConnector, wrap_exceptions
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from psycopg.types.json import Jsonb

from knowledge import prepared

DEFER = """
SELECT procrastinate_defer_jobs_v1(
    ARRAY[ROW($1, $2, $3, $4, $5, $6, $7)::procrastinate_job_to_defer_v1]
)
"""
# The end comes first: it may free the lock that the next job waits for.
HAND_OVER = """
SELECT next.id, next.status, next.task_name, next.priority, next.lock, next.queueing_lock,
       next.args, next.scheduled_at, next.queue_name, next.attempts, next.worker_id
FROM (
    SELECT procrastinate_finish_job_v1(%(job)s, %(status)s, %(delete_job)s)::text AS ended OFFSET 0
) done
CROSS JOIN LATERAL procrastinate_fetch_job_v2(
    CASE WHEN done.ended IS NULL THEN '{}' ELSE %(queues)s::varchar[] END, %(worker)s
) next
"""
# Not as tried: nobody began it. What is queued again already is not queued twice.
GIVE_BACK = """
WITH lost AS (
    SELECT id, EXISTS (
        SELECT FROM procrastinate_jobs next
        WHERE next.queueing_lock = job.queueing_lock AND (
            next.status = 'todo' OR next.status = 'doing' AND next.worker_id = job.worker_id
                AND next.id < job.id AND NOT next.id = ANY (%(held)s::bigint[])
        )
    ) AS again
    FROM procrastinate_jobs job
    WHERE worker_id = %(worker)s AND status = 'doing' AND NOT id = ANY (%(held)s::bigint[])
    FOR UPDATE
), dropped AS (
    DELETE FROM procrastinate_jobs WHERE id IN (SELECT id FROM lost WHERE again)
)
UPDATE procrastinate_jobs SET status = 'todo'
WHERE id IN (SELECT id FROM lost WHERE NOT again)
"""


@dataclass(slots=True)
class Hands:
    """What a worker has in hand: the jobs that it `held` at last, and those that come `next`.

    `asks`: its last question was answered by a job, so it asks again as soon as one is done.
    `doubts`: the answer to a statement was lost, so it may have been given more than it knows.
    """

    queues: Iterable[str] | None = None
    asks: bool = False
    doubts: bool = False
    held: set[int] = field(default_factory=set)
    next: list[Job] = field(default_factory=list)
    # One statement at a time: whether the worker asks again is known before a job ends.
    lock: Lock = field(default_factory=Lock)


class HandingOver(JobManager):
    """Procrastinate's own, whose workers get the next job with the end of the one before."""

    def __init__(self, connector):
        super().__init__(connector)
        self._hands: dict[int | None, Hands] = {}
        self._stopping = False

    def defer_job(self, job: Job, connection: Any = None) -> Job:
        """Queues a job in Django's transaction, by a statement that stays prepared."""
        if connection is not None or not isinstance(self.connector, DjangoConnector):
            return super().defer_job(job, connection)
        place = [job.queue, job.task_name, job.priority, job.lock, job.queueing_lock]
        try:
            with wrap_exceptions(), prepared.cursor() as cursor:
                cursor.execute(DEFER, [*place, Jsonb(job.task_kwargs), job.scheduled_at])
                ((key,),) = cursor.fetchone()
        except UniqueViolation as error:
            self._raise_already_enqueued(error, error.queueing_lock)
        return job.evolve(id=key, status=Status.TODO.value)

    async def register_worker(self) -> int:
        worker = await super().register_worker()
        self._hands[worker], self._stopping = Hands(), False
        return worker

    async def listen_for_jobs(self, **given) -> None:
        """As Procrastinate's. A worker that stops ends this first, and is given nothing more."""
        try:
            await super().listen_for_jobs(**given)
        finally:
            self._stopping = True

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        async with self.sure(worker_id) as hands:
            hands.queues = queues
            given = hands.next.pop(0) if hands.next else None
            found = given or await twice(hands, super().fetch_job, queues, worker_id)
            hands.asks = found is not None
            if found:
                hands.held.add(found.id)
        return found

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        async with self.sure(job.worker_id) as hands:
            hands.held.discard(job.id)
            if hands.asks and not self._stopping:
                await twice(hands, self.hand_over, hands, job, status, delete_job)
            else:
                await twice(hands, super().finish_job, job, status, delete_job)

    async def retry_job(self, job: Job, *args, **given) -> None:
        async with self.sure(job.worker_id) as hands:
            hands.held.discard(job.id)
            await twice(hands, super().retry_job, job, *args, **given)

    async def update_heartbeat(self, worker_id: int) -> None:
        hands = self.hands(worker_id)
        await twice(hands, super().update_heartbeat, worker_id)
        if hands.doubts:
            async with hands.lock:
                # What fails is tried again with the next one.
                with suppress(ConnectorException):
                    await self.give_back(worker_id, hands.held.union(one.id for one in hands.next))
                    hands.doubts = False

    async def unregister_worker(self, worker_id: int) -> None:
        hands = self._hands.pop(worker_id, Hands())
        if hands.next or hands.doubts:
            # What does not go back here does so when the worker is missed.
            with suppress(ConnectorException):
                await self.give_back(worker_id, hands.held)
        await super().unregister_worker(worker_id)

    def hands(self, worker: int | None) -> Hands:
        """What a worker has in hand; empty ones for a worker of another process."""
        return self._hands.get(worker) or Hands()

    @asynccontextmanager
    async def sure(self, worker: int | None) -> AsyncIterator[Hands]:
        """A worker's hands, for one statement; where that fails, they are in doubt."""
        hands = self.hands(worker)
        async with hands.lock:
            try:
                yield hands
            except BaseException:
                hands.doubts = True
                raise

    async def hand_over(self, hands: Hands, job: Job, status: Status, delete_job: bool) -> None:
        """Ends a job, and takes the next one where there is one."""
        given = {"job": job.id, "status": status.value, "delete_job": delete_job}
        given |= {"queues": hands.queues, "worker": job.worker_id}
        row = await self.connector.execute_query_one_async(HAND_OVER, **given)
        if row["id"] is not None:
            hands.next.append(Job.from_row(row))

    async def give_back(self, worker: int, held: Iterable[int]) -> None:
        """Queues again what a worker was given beside what it holds."""
        await self.connector.execute_query_async(GIVE_BACK, worker=worker, held=list(held))


async def twice(hands: Hands, work: Callable, *args, **given):
    """What `work` gives; asked once more where it fails, on another connection.

    One that was in use a moment ago is not looked at, and may be dead.
    """
    try:
        return await work(*args, **given)
    except ConnectorException:
        hands.doubts = True
        return await work(*args, **given)
