"""LangChain's PGVectorStore over the same passages: what a desk like this is often built on.

It is optional: `pip install --no-deps langchain-postgres==0.0.19 SQLAlchemy==2.1.9 asyncpg==0.32.0`
(its own requirements ask for an older pgvector, without need). It knows no rights; its filter by
metadata stands in for them, with the collections that the person may read.
"""

import importlib
from importlib.util import find_spec

from django.db import connection
from langchain_core.embeddings import Embeddings

TABLE = "benchmark_store"
FILL = """
INSERT INTO benchmark_store (langchain_id, content, embedding, collection, content_tsv)
SELECT passage.id::text, text, vector::vector, passage.collection_id,
       to_tsvector('pg_catalog.english', text)
FROM knowledge_passage passage JOIN knowledge_embedding embedding ON passage_id = passage.id
"""


FILLED = "filled"


def filled() -> bool:
    """Whether the present database has the store's rows and indexes, from a run before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [TABLE])
        return cursor.fetchone()[0] == FILLED


def installed() -> bool:
    """Whether the libraries to compare with are there."""
    return all(find_spec(name) for name in ("langchain_postgres", "sqlalchemy", "asyncpg"))


class Asked(Embeddings):
    """Gives the vector of the question that is being asked: embedding it is measured apart."""

    vector: list[float]

    def embed_query(self, text):
        return self.vector

    def embed_documents(self, texts):
        raise NotImplementedError


class Store:
    """The store, filled with every passage of the database."""

    def __init__(self, dimensions: int):
        self.library = importlib.import_module("langchain_postgres")
        parts = importlib.import_module("langchain_postgres.v2.hybrid_search_config")
        self.asked = Asked()
        self.engine = self.library.PGEngine.from_connection_string(address())
        hybrid = parts.HybridSearchConfig(tsv_column="content_tsv", tsv_lang="pg_catalog.english")
        again = filled()
        if not again:
            self.make(dimensions, hybrid)
        self.hybrid, self.plain = self.store(hybrid), self.store(None)
        if not again:
            self.fill()

    def make(self, dimensions: int, hybrid) -> None:
        column = {"name": "collection", "data_type": "bigint", "nullable": False}
        key = {"name": "langchain_id", "data_type": "text", "nullable": False}
        self.engine.init_vectorstore_table(
            TABLE,
            dimensions,
            id_column=key,
            metadata_columns=[column],
            hybrid_search_config=hybrid,
            overwrite_existing=True,
        )

    def fill(self) -> None:
        """Writes the rows and makes both indexes."""
        with connection.cursor() as cursor:
            cursor.execute(FILL)
            cursor.execute(f"VACUUM ANALYZE {TABLE}")
        indexes = importlib.import_module("langchain_postgres.v2.indexes")
        self.plain.apply_vector_index(indexes.HNSWIndex())
        self.hybrid.apply_hybrid_search_index()
        with connection.cursor() as cursor:
            cursor.execute(f"COMMENT ON TABLE {TABLE} IS '{FILLED}'")

    def store(self, hybrid):
        return self.library.PGVectorStore.create_sync(
            self.engine,
            self.asked,
            TABLE,
            metadata_columns=["collection"],
            hybrid_search_config=hybrid,
        )

    def ask(self, question: str, vector: list[float], collections: list[int], limit: int):
        """The hybrid search, as a desk would ask it."""
        self.asked.vector = vector
        wanted = {"collection": {"$in": collections}}
        return self.hybrid.similarity_search(question, k=limit, filter=wanted)

    def nearest(self, vector: list[float], collections: list[int], limit: int) -> list[int]:
        """The passages that its vector search finds."""
        self.asked.vector = vector
        wanted = {"collection": {"$in": collections}}
        found = self.plain.similarity_search_by_vector(vector, k=limit, filter=wanted)
        return [int(each.id) for each in found]

    def close(self) -> None:
        self.engine._run_as_sync(self.engine.close())


def address():
    """The database's address as SQLAlchemy takes it, for a socket's folder as for a host."""
    url = importlib.import_module("sqlalchemy.engine.url").URL
    values = connection.settings_dict
    folder = values["HOST"].startswith("/")
    return url.create(
        "postgresql+psycopg",
        username=values["USER"],
        password=values.get("PASSWORD") or None,
        host=None if folder else values["HOST"] or None,
        port=int(values["PORT"]) if values.get("PORT") else None,
        database=values["NAME"],
        query={"host": values["HOST"]} if folder else {},
    )
