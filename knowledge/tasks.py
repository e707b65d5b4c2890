"""The jobs of the worker."""

from contextlib import suppress

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from knowledge import indexing

# A worker writes its heartbeat every 10 s; one that has missed this many seconds is dead.
DEAD_AFTER_SECONDS = 30
# How often a document is tried, whether an error or the worker's death ended the try before.
TRIES = 3


@app.task(
    queue="documents",
    pass_context=True,
    retry=RetryStrategy(max_attempts=TRIES - 1, exponential_wait=5),
)
def ingest(context: JobContext, version_id: int) -> None:
    """Indexes a version. Only what nobody foresaw is raised, and tried again."""
    indexing.index_by_id(version_id, tries_left=TRIES - 1 - context.job.attempts)


# Before all documents: the queue may be hours long.
@app.periodic(cron="* * * * *")
@app.task(queue="documents", pass_context=True, queueing_lock="retry_stalled", priority=1)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Gives the jobs of a worker that died to one that lives."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
        # One that has come to its end meanwhile is not to be had any more.
        with suppress(ConnectorException):
            if job.task_name == context.task.name:
                await manager.finish_job(job, Status.FAILED, delete_job=True)
            else:
                await manager.retry_job(job)
