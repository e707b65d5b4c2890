"""The vector scan of an index, built once comparing with all of its passages is slow.

Before, nothing has to be kept up to date at every upload, and every search is exact.
"""

from django.db import connection

from knowledge.models import Index

CONNECTIONS = 16
BUILDING_CANDIDATES = 64


def build(index: Index, concurrently: bool = True) -> None:
    """Makes the vector scan of `index` where it is missing; nothing waits for it meanwhile.

    `concurrently` is impossible within a transaction.
    """
    way = "CONCURRENTLY" if concurrently else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE INDEX {way} IF NOT EXISTS {name(index)} ON knowledge_embedding"
            f" USING hnsw ((vector::vector({index.dimensions})) vector_ip_ops)"
            f" WITH (m = {CONNECTIONS}, ef_construction = {BUILDING_CANDIDATES})"
            f" WHERE live AND index_id = {index.pk}"
        )


def drop(index: Index) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {name(index)}")


def name(index: Index) -> str:
    """What Postgres calls the vector scan of `index`."""
    return f"knowledge_embedding_hnsw_{index.pk}"
