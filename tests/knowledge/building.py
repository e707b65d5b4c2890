"""A library of some passages, and the building of an index over it."""

from knowledge import indexing
from knowledge.extract.blocks import Block, Extraction, Page
from knowledge.models import Index
from knowledge.publishing import publish
from tests.knowledge.papers import uploaded

QUESTION = "How many days of leave does employee number 7 have?"


def ingested(collection, name, count, start=0):
    """A version whose passages were read and embedded as a worker does."""
    told = [f"Employee number {n} has {n} days of leave" for n in range(start, start + count)]
    version = uploaded(collection, name, "\n".join(told).encode())
    page = Page(1, [Block("paragraph", text + ", and so on" * 55) for text in told])
    version.begin()
    publish(version, indexing.content(version, Extraction([page], name)))
    return version


def until_done(run_jobs, index):
    """Works the queue through, slice by slice, until the building has come to an end."""
    for _ in range(30):
        run_jobs()
        index.refresh_from_db()
        if index.state != Index.State.BUILDING:
            return index
    raise AssertionError(f"Still building: {index.done} of {index.total}")


def built(run_jobs, model="fake-96"):
    return until_done(run_jobs, Index.objects.begin(model))


def vectors(index):
    return index.embeddings.count()
