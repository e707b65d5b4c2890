"""Statements that a connection plans once: planning a search takes longer than many a search."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.adapt import Dumper
from psycopg.pq import Format

# A connection keeps its cursor: it knows by then how values of each type are read and written.
KEPT = "prepared_cursor"


class Halves(bytes):
    """A vector as pgvector sends a halfvec."""

    @classmethod
    def of(cls, vector: np.ndarray) -> "Halves":
        return cls(np.array([len(vector), 0], ">u2").tobytes() + vector.astype(">f2").tobytes())


class HalvesDumper(Dumper):
    """Names no type: halfvec's number differs by database, and the statement's cast tells it."""

    format = Format.BINARY

    def dump(self, obj: Halves) -> bytes:
        return obj


@contextmanager
def cursor() -> Iterator:
    """A cursor of Django's connection on which every statement stays prepared.

    Values go to the server beside the text, as $1, $2…, so the text must be the same at each call.
    Django's own cursors write them into the text, and never prepare. Results come in binary, which
    is quicker to read; a type that psycopg knows no binary form of is to be cast to text.
    """
    # Once: django.db.connection looks it up anew for each word with it.
    connection = connections[DEFAULT_DB_ALIAS]
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    kept = vars(connection.connection)
    # Out of reach meanwhile: what runs within it gets another one.
    raw = kept.pop(KEPT, None) or made(connection.connection)
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with connection.wrap_database_errors:
        yield make(raw)
    kept[KEPT] = raw


def made(own: psycopg.Connection) -> psycopg.RawCursor:
    if own.prepare_threshold != 0:
        # Zero: at the first use. Django's own cursors take no notice of it.
        own.prepare_threshold = 0
        # Here, and not for all: a connection knows only what was there when it was made.
        own.adapters.register_dumper(Halves, HalvesDumper)
    raw = psycopg.RawCursor(own)
    raw.format = Format.BINARY
    return raw
