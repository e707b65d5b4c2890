"""The vector scan of an index, built once comparing with all of its passages is slow.

Before, nothing has to be kept up to date at every upload, and every search is exact. Vectors are
halfvec, as they are stored: half the memory of float32, with the same finds.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from knowledge.models import Index

CONNECTIONS = 24
# At 64, clusters of passages get lost that the graph has no way into.
BUILDING_CANDIDATES = 128
# Beyond it pgvector scans no halfvec: every search compares with all.
MOST_DIMENSIONS = 4000
# What a passage takes beside its numbers while the scan is built, in bytes, and at most in all.
NEIGHBOURS = 1000
MOST_BYTES = 4 * 1024**3
LEAST_BYTES = 64 * 1024**2
PREFIX = "knowledge_embedding_hnsw_"


def scanned(dimensions: int) -> str:
    """The type by which vectors of so many dimensions are scanned: halfvec takes up to 4,000."""
    return f"halfvec({dimensions})"


def build(index: Index, concurrently: bool = True, processes: int = 1) -> None:
    """Makes the vector scan of `index` where it is missing; nothing waits for it meanwhile.

    Vectors of more than 4,000 dimensions have none. `concurrently` is impossible within a
    transaction. Several processes share memory in /dev/shm, of which containers have little.
    """
    if index.dimensions > MOST_DIMENSIONS:
        return
    if broken(index):
        drop(index, concurrently)
    way = "CONCURRENTLY" if concurrently else ""
    with connection.cursor() as cursor, memory(cursor, index, processes):
        cursor.execute(
            f"CREATE INDEX {way} IF NOT EXISTS {name(index)} ON knowledge_embedding"
            f" USING hnsw ((vector::{scanned(index.dimensions)}) halfvec_ip_ops)"
            f" WITH (m = {CONNECTIONS}, ef_construction = {BUILDING_CANDIDATES})"
            f" WHERE live AND index_id = {index.pk}"
        )


@contextmanager
def memory(cursor, index: Index, processes: int) -> Iterator[None]:
    """Gives the session the memory to build in: where the graph does not fit, it takes for ever."""
    needed = index.embeddings.filter(live=True).count() * (2 * index.dimensions + NEIGHBOURS)
    kilobytes = min(max(needed, LEAST_BYTES), MOST_BYTES) // 1024
    cursor.execute(f"SET maintenance_work_mem = {kilobytes}")
    cursor.execute(f"SET max_parallel_maintenance_workers = {processes - 1}")
    try:
        yield
    finally:
        cursor.execute("RESET maintenance_work_mem")
        cursor.execute("RESET max_parallel_maintenance_workers")


def built(index: Index) -> bool:
    """Whether the vector scan is there, whole."""
    return state(index) is True


def broken(index: Index) -> bool:
    """Whether a building was broken off: what it leaves behind is there, and of no use."""
    return state(index) is False


def state(index: Index) -> bool | None:
    """True for one that works, False for one that was broken off, None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [name(index)]
        )
        row = cursor.fetchone()
    return row and row[0]


def drop(index: Index, concurrently: bool = True) -> None:
    """Removes the vector scan, if there is one; `concurrently` as in `build`."""
    way = "CONCURRENTLY" if concurrently else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {way} IF EXISTS {name(index)}")


def name(index: Index) -> str:
    """What Postgres calls the vector scan of `index`."""
    return f"{PREFIX}{index.pk}"
