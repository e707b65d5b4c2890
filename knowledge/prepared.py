"""Statements that a connection plans once: planning a search takes longer than many a search."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection


@contextmanager
def cursor() -> Iterator:
    """A cursor of Django's connection on which every statement stays prepared.

    Values go to the server beside the text, so the text must be the same at each call. Django's own
    cursors write them into the text, and never prepare.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    # Zero: at the first use. Django's own cursors take no notice of it.
    connection.connection.prepare_threshold = 0
    raw = psycopg.Cursor(connection.connection)
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with connection.wrap_database_errors, make(raw) as wrapped:
        yield wrapped
