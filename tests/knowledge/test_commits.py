from django.db import connection

from knowledge import commits, indexing
from tests.knowledge.papers import uploaded


def waits():
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return cursor.fetchone()[0] == "on"


def test_the_disk_is_waited_for_again_afterwards(transactional_db):
    with commits.unhurried():
        assert not waits()
    assert waits()


def test_a_connection_that_was_lost_meanwhile_keeps_nobody(transactional_db):
    with commits.unhurried():
        connection.connection.close()
    connection.close()
    assert waits()


def test_the_work_on_a_document_does_not_wait(everyone, run_jobs, monkeypatch):
    seen = []
    monkeypatch.setattr(indexing, "index", lambda *_: seen.append(waits()))
    uploaded(everyone, "leave.txt", b"Everybody has 25 days.")
    run_jobs()
    assert seen == [False]
