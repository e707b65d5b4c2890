"""Jobs of a worker that died: with each sign of its own life, every worker looks for the dead.

So the look needs no free place in a queue, and comes as well where all workers are at long jobs.
"""

from contextlib import suppress

from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

from knowledge.garbage import pass_by_what_is_there
from knowledge.handover import HandingOver
from knowledge.queue_pool import Connector

# A worker writes its heartbeat every 10 s; one that has missed this many seconds is dead.
DEAD_AFTER_SECONDS = 30
# The row is locked and looked at once more: two workers that look at a time take a job back once.
# What is queued again already, as a job that comes by the clock, is not queued twice.
TAKE_BACK = """
WITH stalled AS (
    SELECT id, EXISTS (
        SELECT FROM procrastinate_jobs next
        WHERE next.status = 'todo' AND next.queueing_lock = job.queueing_lock
    ) AS again
    FROM procrastinate_jobs job
    WHERE id = %(job)s AND status = 'doing' AND NOT EXISTS (
        SELECT FROM procrastinate_workers worker
        WHERE worker.id = job.worker_id
          AND worker.last_heartbeat > now() - make_interval(secs => %(seconds)s)
    )
    FOR UPDATE SKIP LOCKED
)
SELECT CASE WHEN again THEN procrastinate_finish_job_v1(id, 'failed', true)
            ELSE procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) END
FROM stalled
"""


class Manager(HandingOver):
    """A manager whose workers give the jobs of dead ones back to the queue."""

    async def register_worker(self) -> int:
        worker = await super().register_worker()
        pass_by_what_is_there()
        await self.take_back()
        return worker

    async def update_heartbeat(self, worker_id: int) -> None:
        await super().update_heartbeat(worker_id)
        await self.take_back()

    async def take_back(self) -> None:
        """Queues the jobs of dead workers again."""
        stalled = await self.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS)
        for job in stalled:
            # One that was queued again just now: the next look finds it so.
            with suppress(ConnectorException):
                await self.connector.execute_query_async(
                    TAKE_BACK, job=job.id, seconds=DEAD_AFTER_SECONDS
                )


def attach(app: App) -> None:
    """Has the app's workers look for the dead, and keep their connections."""
    if isinstance(app.connector, DjangoConnector):
        app.connector = Connector(app.connector.alias)
    app.job_manager = Manager(app.connector)
