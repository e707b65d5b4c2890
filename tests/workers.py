"""A worker process as the Procfile starts it, on the test database, held wherever a test wants."""

import os
import shlex
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from helpdesk.supervisor import read_procfile
from knowledge import indexing
from tests.ending import tied

KEY = 4711
SECONDS = 30
FUNCTION = """
CREATE OR REPLACE FUNCTION hold_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(4711);
    RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER hold_back BEFORE UPDATE ON knowledge_version
FOR EACH ROW WHEN (NEW.status = '{status}' AND OLD.status <> '{status}')
EXECUTE FUNCTION hold_back()
"""
# The server's other databases may be other tests': what waits there is not seen.
WAITING = """
SELECT pid FROM pg_locks WHERE NOT granted AND pid IN (
    SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE datname = current_database()
)
"""
HELD = f"{WAITING} AND locktype = 'advisory' AND objid = %s"


def run_sql(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


def database_url():
    """The address of the test database."""
    made = connection.settings_dict
    password = f":{quote(made['PASSWORD'], safe='')}" if made["PASSWORD"] else ""
    host = quote(made["HOST"], safe="") + (f":{made['PORT']}" if made["PORT"] else "")
    return f"postgresql://{made['USER']}{password}@{host}/{made['NAME']}"


def wait_for(condition, seconds=SECONDS):
    """What `condition` gives once it is true; the test fails when it stays false."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "It did not come to pass."
        time.sleep(0.05)
    return found


@pytest.fixture
def closed_readers():
    """The readers' processes end with the test; in the worker they stay for the next files."""
    yield
    indexing.readers.close()


class Gate:
    """Holds the worker in the very statement that takes a version into a state."""

    def __init__(self):
        self.shut = False

    def close(self, status):
        run_sql(FUNCTION)
        run_sql(TRIGGER.format(status=status))
        run_sql("SELECT pg_advisory_lock(%s)", KEY)
        self.shut = True

    def wait(self) -> int:
        """Waits until the worker stands there; gives its connection's process."""
        return wait_for(lambda: run_sql(HELD, KEY))[0][0]

    def open(self):
        if self.shut:
            self.shut = False
            run_sql("SELECT pg_advisory_unlock(%s)", KEY)
            # Who waits for the gate holds the table: the trigger goes once all went through.
            wait_for(lambda: not run_sql(HELD, KEY))
            run_sql("DROP TRIGGER hold_back ON knowledge_version")


@pytest.fixture
def gate(run_jobs):
    gate = Gate()
    yield gate
    gate.open()


@pytest.fixture
def start_worker(run_jobs, gate, tmp_path):
    """Starts the Procfile's worker, or its `tuning`; it is killed at the end of the test."""
    started = []
    own = {"DATABASE_URL": database_url(), "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
    own |= {"VAR_DIR": str(tmp_path), "EMBEDDING_MODEL": "fake", "LOG_LEVEL": "CRITICAL"}
    own |= {"DJANGO_SETTINGS_MODULE": "helpdesk.settings"}

    def start(name="worker"):
        _, *arguments = shlex.split(read_procfile()[name])
        command = tied(sys.executable, *arguments)
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ | own)
        started.append(process)
        return process

    yield start
    gate.open()
    for process in started:
        kill(process)


def kill(process):
    """As `kill -9` does."""
    process.kill()
    process.wait()


def heartbeats_stop(of=None):
    """The workers of now, or some of them by their keys, have not been heard of for a while."""
    run_sql(
        "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'"
        " WHERE %s::bigint[] IS NULL OR id = ANY (%s)",
        *2 * [None if of is None else list(of)],
    )
