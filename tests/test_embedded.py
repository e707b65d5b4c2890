"""The embedded Postgres: shared, ended by the last, and started whatever a crash left."""

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from helpdesk import postgres
from helpdesk.embedded import database
from helpdesk.postgres import Server

ROOT = Path(__file__).resolve().parent.parent
USER = """
import sys, time
from pathlib import Path
from helpdesk import postgres
from helpdesk.embedded import database
print(database("", Path(sys.argv[1]))["HOST"], flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses the server until it is told to end."""

    def __init__(self, data):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen([sys.executable, "-c", USER, str(data)], cwd=ROOT, **pipes)

    def host(self, seconds=60):
        """Where the server listens, or TimeoutError."""
        if not select.select([self.process.stdout], [], [], seconds)[0]:
            raise TimeoutError
        self.address = self.process.stdout.readline().strip()
        return self.address

    def end(self, number=None):
        if number:
            self.process.send_signal(number)
        self.process.communicate(timeout=30)


@pytest.mark.parametrize(("gigabytes", "megabytes"), [(0.5, 128), (2, 256), (16, 2048), (99, 4096)])
def test_it_keeps_tables_in_an_eighth_of_the_memory_within_bounds(
    monkeypatch, gigabytes, megabytes
):
    memory = SimpleNamespace(total=gigabytes * 1024**3)
    monkeypatch.setattr(postgres.psutil, "virtual_memory", lambda: memory)
    assert postgres.buffers() == megabytes


@pytest.fixture
def data():
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="embedded ", dir=settings.VAR_DIR) as folder:
        yield Path(folder) / "postgres"


@pytest.fixture
def user(data):
    users = []

    def start(folder=data):
        users.append(User(folder))
        return users[-1]

    yield start
    for each in users:
        if each.process.poll() is None:
            each.end()


def postmaster(data):
    return int((data / "postmaster.pid").read_text().splitlines()[0])


def server_left_alone(data, user):
    """The process of a server whose only user was killed."""
    killed = user()
    killed.host()
    server = postmaster(data)
    killed.end(signal.SIGKILL)
    return server


def works(host):
    with psycopg.connect(host=host, user="postgres", dbname="postgres") as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def stopped(data):
    return not (data / "postmaster.pid").exists()


def test_processes_that_start_together_share_one_server_and_the_last_stops_it(data, user):
    first, second, third = user(), user(), user()
    assert len({each.host() for each in (first, second, third)}) == 1
    assert works(first.address)
    first.end()
    second.end(signal.SIGTERM)
    assert works(third.address)
    third.end()
    assert stopped(data)


def test_a_killed_user_does_not_keep_the_server_alive(data, user):
    killed, other = user(), user()
    assert killed.host() == other.host()
    killed.end(signal.SIGKILL)
    other.end()
    assert stopped(data)


def test_a_server_that_everybody_left_in_a_hurry_is_taken_over(data, user):
    server = server_left_alone(data, user)
    later = user()
    assert works(later.host())
    assert postmaster(data) == server
    later.end()
    assert stopped(data)


def test_a_statement_that_fails_leaves_no_text_in_the_log(data, user):
    host = user().host()
    with psycopg.connect(host=host, user="postgres") as connection, pytest.raises(psycopg.Error):
        connection.execute("SELECT 1 / 0 AS private")
    log = (data / "log").read_text()
    assert "division by zero" in log
    assert "private" not in log


def test_it_starts_after_everything_was_killed(data, user):
    server = server_left_alone(data, user)
    os.kill(server, signal.SIGKILL)
    assert works(user().host())


def test_a_server_that_is_about_to_die_is_not_taken_for_a_running_one(data, user):
    server = server_left_alone(data, user)
    os.kill(server, signal.SIGSTOP)
    later = user()
    with pytest.raises(TimeoutError):
        later.host(seconds=2)
    os.kill(server, signal.SIGKILL)
    assert works(later.host())
    assert postmaster(data) != server


def test_an_id_in_the_pid_file_that_is_another_process_now_does_no_harm(data, user):
    first = user()
    first.host()
    first.end()
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n1\n5432\n{data}\n\n1 1\nready\n")
    assert works(user().host())
    assert psutil.Process().is_running()


def test_a_damaged_pid_file_does_no_harm(data, user):
    first = user()
    first.host()
    first.end()
    (data / "postmaster.pid").write_text("17")
    assert works(user().host())


def test_a_folder_that_was_left_half_made_is_made_anew(data, user):
    new = data.with_name("postgres.new")
    new.mkdir()
    (new / "PG_VERSION").write_text("18\n")
    assert works(user().host())
    assert not new.exists()


def test_a_folder_of_something_else_is_left_alone(data):
    data.mkdir()
    (data / "thesis.txt").write_text("mine")
    with pytest.raises(ImproperlyConfigured, match="holds something else"):
        database("", data)
    assert (data / "thesis.txt").read_text() == "mine"


def test_a_long_path_gets_its_socket_elsewhere_and_for_its_owner_only(data, user):
    deep = data.parent / ("x" * 120) / "postgres"
    long = user(deep)
    host = long.host()
    assert works(host)
    assert len(host) < 60
    assert (Path(host) / ".s.PGSQL.5432").stat().st_mode & 0o777 == 0o700
    long.end()


def test_a_server_that_dies_can_be_brought_back(data, user):
    held = user()
    host = held.host()
    os.kill(postmaster(data), signal.SIGKILL)
    time.sleep(0.2)
    Server(data.resolve()).revive()
    assert works(host)
    held.end()
    assert stopped(data)


@pytest.mark.parametrize("url", ["mysql://u@h/x", "nonsense", "postgresql://[bad/x"])
def test_an_address_that_is_not_postgres_is_refused(data, url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database(url, data)


def test_a_database_of_ones_own_is_used_as_given(data):
    found = database("postgresql://me:secret@db.example.com:6432/desk", data)
    assert (found["NAME"], found["HOST"], found["PORT"]) == ("desk", "db.example.com", 6432)
    assert not data.exists()
