"""The way from the event loop to the database: threads that keep a connection for a moment."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from time import monotonic
from typing import TypeVar

from django.db import connection
from django.utils import translation

# Fewer than the pool has connections: the pages' threads need some as well.
THREADS = 6
# Seconds. To take a connection from the pool, to have it looked at whether it lives, and to give it
# back takes longer than many a statement.
KEPT = 1.0

T = TypeVar("T")

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="database")


def in_thread(function: Callable[..., T]) -> Callable[..., asyncio.Future[T]]:
    """What begins `function` in one of these threads; it may work with the database there.

    It speaks the language of whoever begins it.
    """

    def begin(*args):
        # Django's language belongs to a thread, and a context does not take it along.
        spoken = translation.override(translation.get_language())(tidied)
        loop, context = asyncio.get_running_loop(), copy_context()
        return loop.run_in_executor(_threads, context.run, spoken, function, *args)

    return begin


def tidied(function, *args):
    """Gives what `function` gives, on a connection that was seen to live KEPT seconds ago at most.

    One that fails within these is looked at anew after the failure.
    """
    connection.close_if_unusable_or_obsolete()
    connection.health_check_done = True
    before = connection.connection
    try:
        return function(*args)
    finally:
        if connection.connection is not before:
            connection.close_at = monotonic() + KEPT
        connection.close_if_unusable_or_obsolete()
