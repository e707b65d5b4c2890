"""The threads for the database: a connection is kept for a moment, and a dead one not for long."""

import asyncio

import django.db
import pytest
from django.db import connection
from django.utils import translation

from helpdesk import database

pytestmark = pytest.mark.django_db(transaction=True)


def backend() -> int:
    """The process of Postgres that serves this thread."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def ended(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    connection.close()


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """So that every call meets the same thread; it leaves no connection behind."""
    with database.ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(database, "_threads", pool)
        yield
        pool.submit(lambda: connection.close()).result(20)


async def called(function, *args):
    return await database.in_thread(function)(*args)


async def test_a_connection_is_kept_from_one_call_to_the_next(monkeypatch):
    monkeypatch.setattr(database, "KEPT", 60.0)
    await called(backend)
    held = await called(lambda: connection.connection)
    assert held is not None
    assert await called(lambda: connection.connection) is held


async def test_a_thread_speaks_the_language_of_whoever_asks_it_to_work():
    with translation.override("de"):
        assert await called(translation.get_language) == "de"
    with translation.override("en-gb"):
        assert await called(translation.get_language) == "en-gb"


async def test_a_connection_goes_back_after_a_while(monkeypatch):
    monkeypatch.setattr(database, "KEPT", 0.0)

    await called(backend)

    assert await called(lambda: connection.connection) is None


async def test_a_connection_that_died_fails_once_and_is_replaced(monkeypatch):
    monkeypatch.setattr(database, "KEPT", 60.0)
    pid = await called(backend)
    await asyncio.to_thread(ended, pid)

    with pytest.raises(django.db.Error):
        await called(backend)

    assert await called(backend) != pid


async def test_a_transaction_that_was_left_open_is_not_kept(monkeypatch):
    monkeypatch.setattr(database, "KEPT", 60.0)

    def left_open():
        connection.set_autocommit(False)
        return backend()

    await called(left_open)

    assert await called(lambda: connection.connection) is None
