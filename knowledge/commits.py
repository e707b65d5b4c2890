"""Commits that the disk is not waited for."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError

from knowledge import prepared


@contextmanager
def unhurried() -> Iterator[None]:
    """Meanwhile this thread's commits reach the disk a moment later, in their order.

    Others see them at once. If the machine fails in that moment, the last ones never were. So it
    is for work that is done again unless its end is on the disk, as a job's.
    """
    _wait("off")
    try:
        yield
    finally:
        # A lost connection was replaced by one that waits.
        with suppress(DatabaseError):
            _wait("on")


def _wait(how: str) -> None:
    with prepared.cursor() as cursor:
        cursor.execute("SELECT set_config('synchronous_commit', $1, false)", [how])
