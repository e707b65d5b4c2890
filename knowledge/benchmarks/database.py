"""A database for a benchmark alone, on the server of the desk's own: nobody's search meets it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import DatabaseError, connection

from knowledge import indexes
from knowledge.errors import KnowledgeError

NAME = "helpdesk_benchmark"
# Graphs of vectors are built in memory, by this desk and by whatever is compared with it.
MEMORY = "3GB"


@contextmanager
def scratch(kept: str = "") -> Iterator[None]:
    """Lets the process use an empty database of its own, and drops it at the end.

    One that is `kept` under a name stays, and is used again once it was noted as `filled`. Raises
    KnowledgeError when the server's account may make none, or another benchmark runs.
    """
    own = connection.settings_dict["NAME"]
    name = f"{NAME}_{kept}" if kept else NAME
    again = bool(kept and noted(name))
    if not again:
        make(name)
    try:
        use(name)
        call_command("migrate", verbosity=0)
        yield
    finally:
        use(own)
        if not kept:
            # What the worker's threads left open goes with it.
            drop(name, " WITH (FORCE)")


def noted(name: str = "") -> str:
    """What `filled` noted at a database, the present one without a name; "" for none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database"
            " WHERE datname = coalesce(nullif(%s, ''), current_database())",
            [name],
        )
        row = cursor.fetchone()
    return row[0] if row else ""


def filled(note: str) -> None:
    """Notes at the present database what it was filled with."""
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"COMMENT ON DATABASE {name} IS %s", [note])


def use(name: str) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name
    indexes.forget()


def make(name: str = NAME) -> None:
    """Makes the database; one that a benchmark left that was killed goes first."""
    try:
        drop(name)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
            cursor.execute(f"ALTER DATABASE {name} SET maintenance_work_mem = '{MEMORY}'")
    except DatabaseError as error:
        raise KnowledgeError(
            f"The benchmark needs a database of its own, “{name}”, and can't make it: "
            f"{str(error).strip()}."
        ) from None


def drop(name: str = NAME, way: str = "") -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}{way}")
