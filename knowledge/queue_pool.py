"""A worker's connections to its queue, which it asks once for every job."""

from time import monotonic
from weakref import WeakKeyDictionary

import psycopg_pool
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector
from psycopg import AsyncConnection

# Seconds. Whether a connection lives is another way to the server and back.
KEPT = 1.0


class Pool(psycopg_pool.AsyncConnectionPool):
    """Looks whether a connection lives only where it lay idle for KEPT seconds."""

    def __init__(self, *args, **given):
        self._idle_since: WeakKeyDictionary[AsyncConnection, float] = WeakKeyDictionary()
        super().__init__(*args, **given | {"check": self.look, "reset": self.lay_down})

    async def look(self, connection: AsyncConnection) -> None:
        """Raises what a dead connection does."""
        if monotonic() - self._idle_since.get(connection, 0) > KEPT:
            await self.check_connection(connection)

    async def putconn(self, conn: AsyncConnection) -> None:
        """Takes a connection back; where it has died, the others are looked at too."""
        if conn.closed:
            self._idle_since.clear()
        await super().putconn(conn)

    async def lay_down(self, connection: AsyncConnection) -> None:
        self._idle_since[connection] = monotonic()


class Connector(DjangoConnector):
    """Procrastinate's own for Django, but for the connections of its worker."""

    def get_worker_connector(self) -> PsycopgConnector:
        """Each of the queue's statements stands alone: prepared, and without BEGIN and COMMIT."""
        given = connector_params(self.alias) | {"prepare_threshold": 0}
        # One mostly: each that takes turns would prepare all statements anew.
        pool = {"pool_factory": Pool, "min_size": 1, "max_size": 4}
        return PsycopgConnector(kwargs=given, configure=commit_at_once, **pool)


async def commit_at_once(connection: AsyncConnection) -> None:
    await connection.set_autocommit(True)
