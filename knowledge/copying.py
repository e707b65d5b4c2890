"""Embeddings into the database by COPY in binary form.

A passage has some thousand numbers. Written as text they would take Python and Postgres together a
quarter of the time that the model takes to find them.
"""

import struct
from collections.abc import Iterator, Sequence

import numpy as np
from django.db import connection

from knowledge.models import Embedding

# https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"
HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
TRAILER = struct.pack("!h", -1)
COLUMNS = ("index_id", "passage_id", "collection_id", "live", "vector", "sentences")


def embeddings(rows: Sequence[Embedding]) -> None:
    """Inserts unsaved embeddings of saved passages; they get no ids. Belongs in a transaction."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'halfvec'::regtype::oid::bigint")
        (halfvec,) = cursor.fetchone()
        columns = ", ".join(COLUMNS)
        statement = f"COPY knowledge_embedding ({columns}) FROM STDIN (FORMAT BINARY)"
        with cursor.copy(statement) as copy:
            for piece in pieces(rows, halfvec):
                copy.write(piece)


def pieces(rows: Sequence[Embedding], halfvec: int) -> Iterator[bytes]:
    yield HEADER
    for row in rows:
        values = [
            *(struct.pack("!q", key) for key in (row.index_id, row.passage.pk, row.collection_id)),
            struct.pack("!?", row.live),
            vector(row.vector),
            array([vector(each) for each in row.sentences], halfvec),
        ]
        yield struct.pack("!h", len(values)) + b"".join(map(counted, values))
    yield TRAILER


def vector(numbers: Sequence[float]) -> bytes:
    """As pgvector's halfvec_recv reads it: dimensions, nothing, the numbers."""
    return struct.pack("!hh", len(numbers), 0) + np.asarray(numbers).astype(">f2").tobytes()


def array(elements: list[bytes], kind: int) -> bytes:
    """As Postgres's array_recv reads it: dimensions, nulls, the type, the length, from 1 on."""
    if not elements:
        return struct.pack("!iii", 0, 0, kind)
    head = struct.pack("!iiiii", 1, 0, kind, len(elements), 1)
    return head + b"".join(map(counted, elements))


def counted(value: bytes) -> bytes:
    return struct.pack("!i", len(value)) + value
