"""A database for a benchmark alone, on the server of the desk's own: nobody's search meets it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import DatabaseError, connection

from knowledge import indexes
from knowledge.errors import KnowledgeError

NAME = "helpdesk_benchmark"
# Graphs of vectors are built in memory, by this desk and by whatever is compared with it.
MEMORY = "1GB"


@contextmanager
def scratch() -> Iterator[None]:
    """Lets the process use an empty database of its own, and drops it at the end.

    Raises KnowledgeError when the server's account may make none, or another benchmark runs.
    """
    own = connection.settings_dict["NAME"]
    make()
    try:
        use(NAME)
        call_command("migrate", verbosity=0)
        yield
    finally:
        use(own)
        drop()


def use(name: str) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name
    indexes.forget()


def make() -> None:
    """Makes the database; one that a benchmark left that was killed goes first."""
    try:
        drop()
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {NAME} TEMPLATE template0")
            cursor.execute(f"ALTER DATABASE {NAME} SET maintenance_work_mem = '{MEMORY}'")
    except DatabaseError as error:
        raise KnowledgeError(
            f"The benchmark needs a database of its own, “{NAME}”, and can't make it: "
            f"{str(error).strip()}."
        ) from None


def drop() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
