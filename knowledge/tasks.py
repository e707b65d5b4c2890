"""The jobs of the worker."""

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from knowledge import (
    commits,
    comparison,
    indexing,
    publishing,
    queueing,
    reindexing,
    reviews,
    switching,
    upkeep,
    uploads,
)
from knowledge import sync as syncing
from knowledge.models import Feed

# How often a document is tried, whether an error or the worker's death ended the try before.
TRIES = 3
# Before all documents: the queue may be hours long.
FIRST = 1


@app.task(
    queue="documents",
    pass_context=True,
    retry=RetryStrategy(max_attempts=TRIES - 1, exponential_wait=5),
)
def ingest(context: JobContext, version_id: int) -> None:
    """Indexes a version. Only what nobody foresaw is raised, and tried again."""
    with commits.unhurried():
        indexing.index_by_id(version_id, tries_left=TRIES - 1 - context.job.attempts)


@app.periodic(cron="* * * * *")
@app.task(queue="documents", queueing_lock="turn", lock="turn", priority=FIRST)
def turn(timestamp: int) -> None:
    """Publishes and ends what the day asks for; marks as failed what no job stands for."""
    publishing.turn()
    queueing.sweep()


@app.periodic(cron="5 * * * *")
@app.task(queue="documents", queueing_lock="remind", lock="remind", priority=FIRST)
def remind(timestamp: int) -> None:
    """Tells owners of the documents that they shall look at, once each, in the morning."""
    reviews.remind()


@app.periodic(cron="35 3 * * *")
@app.task(queue="documents", queueing_lock="clean", lock="clean", priority=FIRST)
def clean(timestamp: int) -> None:
    """Removes the files of uploads that never came to their end."""
    uploads.remove_orphans()


@app.task(queue="documents")
def sync(feed_id: int) -> None:
    """Follows one feed."""
    feed = Feed.objects.filter(pk=feed_id).select_related("collection").first()
    if feed:
        syncing.run(feed)


@app.periodic(cron="* * * * *")
@app.task(queue="documents", queueing_lock="sync_due", lock="sync_due", priority=FIRST)
def sync_due(timestamp: int) -> None:
    """Queues the feeds whose time has come."""
    for feed in Feed.objects.due():
        feed.enqueue()


@app.periodic(cron="*/5 * * * *")
@app.task(queue="documents", queueing_lock="keep_fast", lock="keep_fast", priority=FIRST)
def keep_search_fast(timestamp: int) -> None:
    """Counts what search plans by, and builds the vector scans that have become worth it."""
    upkeep.tend()


# After all documents: uploads come between two slices.
@app.task(
    queue="documents",
    pass_context=True,
    priority=-1,
    retry=RetryStrategy(max_attempts=TRIES - 1, exponential_wait=5),
)
def build_index(context: JobContext, index_id: int) -> None:
    """A slice of an index's building; the next is queued behind the documents that came."""
    reindexing.work_by_id(index_id, tries_left=TRIES - 1 - context.job.attempts)


# Somebody waits for it.
@app.task(queue="documents", lock="switch", priority=FIRST)
def switch_index(index_id: int, by_id: int | None) -> None:
    """Loads and tries the model of an index, and switches to it."""
    switching.work_by_id(index_id, by_id)


@app.task(queue="documents", priority=-1)
def remove_index(index_id: int) -> None:
    """Removes an index that was discarded."""
    reindexing.remove(index_id)


@app.task(queue="documents", priority=-1)
def compare_index(index_id: int) -> None:
    """Asks an index and the active one the questions that wait at its row."""
    comparison.work_by_id(index_id)
