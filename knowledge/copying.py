"""Passages and embeddings into the database by COPY in binary form.

A passage has some thousand numbers. Written as text they would take Python and Postgres together a
quarter of the time that the model takes to find them.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice

import numpy as np
from django.db import connection

from knowledge import prepared
from knowledge.models import Embedding, Passage

# https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"
HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
TRAILER = struct.pack("!h", -1)
EMBEDDING = ("index_id", "passage_id", "collection_id", "live", "vector", "sentences")
PASSAGE = ("id", "version_id", "collection_id", "live", "ordinal", "headings", "text", "page")
LISTS = ("page_starts", "spans", "sentences")
INTEGER = 23
# The one way in which Postgres writes its jsonb.
JSONB = b"\1"
# As JSON. Four decimals place a box within a tenth of a millimetre.
SPAN = "[%d,%d,%d,%.4f,%.4f,%.4f,%.4f]"
# The sequence is looked up once, not for each. Of a list, its plan is kept: that of a number so
# large is made anew each time.
NEW_IDS = """
SELECT ARRAY(
    SELECT nextval((SELECT pg_get_serial_sequence('knowledge_passage', 'id')::regclass))
    FROM unnest($1::int[])
)
"""
ROWS_A_PIECE = 64


def passages(rows: Sequence[Passage]) -> None:
    """Inserts unsaved passages and gives them their ids. Belongs in a transaction."""
    if not rows:
        return
    with prepared.cursor() as cursor:
        cursor.execute(NEW_IDS, [list(range(len(rows)))])
        for row, key in zip(rows, cursor.fetchone()[0], strict=True):
            row.pk, row._state.adding, row._state.db = key, False, connection.alias
        copy(cursor, "knowledge_passage", PASSAGE + LISTS, map(passage, rows))


def passage(row: Passage) -> list[bytes | None]:
    return [
        *(struct.pack("!q", key) for key in (row.pk, row.version_id, row.collection_id)),
        struct.pack("!?", row.live),
        struct.pack("!i", row.ordinal),
        row.headings.encode(),
        row.text.encode(),
        None if row.page is None else struct.pack("!i", row.page),
        integers(row.page_starts),
        JSONB + places(row.spans),
        integers(row.sentences),
    ]


def places(spans: Iterable[Sequence]) -> bytes:
    return f"[{','.join([SPAN % tuple(span) for span in spans])}]".encode()


def embeddings(rows: Sequence[Embedding]) -> None:
    """Inserts unsaved embeddings of saved passages; they get no ids. Belongs in a transaction."""
    if not rows:
        return
    halfvec = number_of_halfvec(connection.settings_dict["NAME"])
    with prepared.cursor() as cursor:
        copy(cursor, "knowledge_embedding", EMBEDDING, (embedding(row, halfvec) for row in rows))


@cache
def number_of_halfvec(database: str) -> int:
    """The type's number, which differs by database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'halfvec'::regtype::oid::bigint")
        return cursor.fetchone()[0]


def embedding(row: Embedding, halfvec: int) -> list[bytes]:
    return [
        *(struct.pack("!q", key) for key in (row.index_id, row.passage.pk, row.collection_id)),
        struct.pack("!?", row.live),
        vector(row.vector),
        array([vector(each) for each in row.sentences], halfvec),
    ]


def copy(cursor, table: str, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    with cursor.copy(statement) as stream:
        # In large pieces: the server is looked at after each.
        for part in batched(pieces(rows), ROWS_A_PIECE):
            stream.write(b"".join(part))


def batched(pieces: Iterator[bytes], most: int) -> Iterator[list[bytes]]:
    while part := list(islice(pieces, most)):
        yield part


def pieces(rows: Iterable[Sequence[bytes | None]]) -> Iterator[bytes]:
    yield HEADER
    for row in rows:
        yield struct.pack("!h", len(row)) + b"".join(map(counted, row))
    yield TRAILER


def vector(numbers: Sequence[float]) -> bytes:
    """As pgvector's halfvec_recv reads it: dimensions, nothing, the numbers."""
    return struct.pack("!hh", len(numbers), 0) + np.asarray(numbers).astype(">f2").tobytes()


def integers(numbers: Sequence[int]) -> bytes:
    """As `array`, four bytes each."""
    return array([struct.pack("!i", number) for number in numbers], INTEGER)


def array(elements: list[bytes], kind: int) -> bytes:
    """As Postgres's array_recv reads it: dimensions, nulls, the type, the length, from 1 on."""
    if not elements:
        return struct.pack("!iii", 0, 0, kind)
    head = struct.pack("!iiiii", 1, 0, kind, len(elements), 1)
    return head + b"".join(map(counted, elements))


def counted(value: bytes | None) -> bytes:
    return struct.pack("!i", -1) if value is None else struct.pack("!i", len(value)) + value
