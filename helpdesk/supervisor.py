"""Runs the processes of the Procfile together: starts, restarts and ends them.

`python -m helpdesk.supervisor NAME` becomes the Procfile's process NAME, in this very process.
"""

import ctypes
import fcntl
import os
import shlex
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from string import Template
from threading import Event, Thread

from helpdesk.leftovers import Record

ROOT = Path(__file__).resolve().parent.parent
PARENT = "SUPERVISOR_PID"
# A process that ends sooner than this after its start "died at once".
AT_ONCE_SECONDS = 10
AT_ONCE_LIMIT = 3
GRACE_SECONDS = 10
TICK_SECONDS = 0.1
LAST_LINES = 15
PR_SET_PDEATHSIG = 1


class StartError(Exception):
    """The desk can't start or go on; the message says why and what to do."""


def read_procfile(path: Path = ROOT / "Procfile") -> dict[str, str]:
    """The lines of a Procfile by their names."""
    lines = [line for line in path.read_text().splitlines() if line.strip()]
    pairs = (line.split(":", 1) for line in lines if not line.startswith("#"))
    return {name.strip(): command.strip() for name, command in pairs}


def words(line: str, env: dict) -> list[str]:
    """A Procfile line as arguments; a value put in stays one argument.

    Raises StartError for a name that `env` lacks.
    """
    try:
        return [Template(word).substitute(env) for word in shlex.split(line)]
    except KeyError as error:
        raise StartError(f"The Procfile needs {error.args[0]}, which is not set.") from None


def say(line: str):
    """Tells a line as a whole: `print` writes its end apart, and several threads tell theirs."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Child:
    """One process of the Procfile, through all its lives."""

    def __init__(self, name: str, command: list[str], say):
        self.name, self.command, self.say = name, command, say
        self.process = None
        self.started = self.start_at = 0.0
        self.deaths = 0
        self.lines = deque(maxlen=LAST_LINES)

    def start(self, root: Path, env: dict):
        # A session of its own: Ctrl-C reaches the supervisor alone, which ends all in order.
        self.process = subprocess.Popen(
            self.command,
            cwd=root,
            env=env | {PARENT: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.started = time.monotonic()
        self.lines.clear()
        Thread(target=self.listen, args=[self.process.stdout], daemon=True).start()

    def listen(self, output):
        with output:
            for line in output:
                self.lines.append(line.rstrip())
                self.say(f"{self.name:<7} {line.rstrip()}")

    def bury(self) -> float:
        """Counts a death; gives the seconds to wait before the next life."""
        at_once = time.monotonic() - self.started < AT_ONCE_SECONDS
        self.deaths = self.deaths + 1 if at_once else 1
        code, self.process = self.process.returncode, None
        if self.deaths >= AT_ONCE_LIMIT:
            raise StartError(self.epitaph(code))
        wait = 2.0 ** (self.deaths - 1)
        self.start_at = time.monotonic() + wait
        self.say(f"{self.name} ended ({reason(code)}); starting it again in {wait:.0f} s.")
        return wait

    def epitaph(self, code: int) -> str:
        time.sleep(TICK_SECONDS)  # its last lines may still be on their way
        last = "\n".join(f"    {line}" for line in self.lines) or "    (it said nothing)"
        return (
            f"{self.name} ended {AT_ONCE_LIMIT} times at once ({reason(code)}), so everything was"
            f" stopped. Its last lines:\n{last}\nMend what they name, then start again."
        )

    def signal(self, number: int, whole_group: bool = False):
        """To the process, or to all that it started too; those that are gone don't mind."""
        with suppress(ProcessLookupError, PermissionError):
            (os.killpg if whole_group else os.kill)(self.process.pid, number)


def reason(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


class Supervisor:
    """Keeps the commands running until a signal comes. One a folder `var`."""

    def __init__(self, commands: dict[str, list[str]], var: Path, env: dict, root=ROOT, say=say):
        self.env, self.root, self.say = env, root, say
        self.record = Record(var / "processes.json")
        self.lock, self.claimed = var / "desk.lock", None
        self.children = [Child(name, command, say) for name, command in commands.items()]
        self.stop = Event()

    def claim(self):
        """Takes `var` for this desk and ends what an earlier one left there.

        Raises StartError when a desk runs on it.
        """
        self.claimed = os.open(self.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self.claimed, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.read(self.claimed, 100).decode()
            raise StartError(f"The desk already runs on {self.lock.parent} ({owner}).") from None
        os.ftruncate(self.claimed, 0)
        os.write(self.claimed, f"process {os.getpid()}".encode())
        ended = self.record.end_leftovers()
        if ended:
            self.say(f"Ended {ended} processes that an earlier start had left.")

    def run(self, tick=lambda: None):
        """Starts all and returns after SIGINT, SIGTERM or SIGHUP, when all have ended.

        `tick` is called ten times a second. Raises StartError when a process keeps dying.
        """
        before = {n: signal.signal(n, self.on_signal) for n in (2, 15, signal.SIGHUP)}
        try:
            while not self.stop.is_set():
                for child in self.children:
                    self.see_to(child)
                tick()
                self.stop.wait(TICK_SECONDS)
        finally:
            self.end_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def on_signal(self, *_):
        if self.stop.is_set():
            for child in self.running():
                child.signal(signal.SIGKILL, whole_group=True)
        self.stop.set()

    def see_to(self, child: Child):
        if child.process is None:
            if time.monotonic() >= child.start_at:
                child.start(self.root, self.env)
                self.record.write([each.process.pid for each in self.running()])
        elif child.process.poll() is not None:
            child.signal(signal.SIGKILL, whole_group=True)
            child.bury()

    def running(self) -> list[Child]:
        return [child for child in self.children if child.process]

    def end_all(self):
        """Asks every process to end, and after a grace ends it and all that it started."""
        self.say("Stopping…")
        end = time.monotonic() + GRACE_SECONDS
        for child in self.running():
            child.signal(signal.SIGTERM)
        for child in self.running():
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, end - time.monotonic()))
        for child in self.running():
            child.signal(signal.SIGKILL, whole_group=True)
            child.process.wait()
        self.record.forget()


def become(name: str, folder: str | Path = ROOT):
    """Replaces this process by the Procfile's `name`, which ends with its supervisor, if any."""
    line = read_procfile(Path(folder) / "Procfile").get(name)
    if line is None:
        raise StartError(f"The Procfile has no process {name}.")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    os.environ["PATH"] = path
    command = words(line, os.environ)
    die_with(os.environ.pop(PARENT, ""))
    os.execvp(command[0], command)  # noqa: S606 - the Procfile's words, no shell wanted


def die_with(parent: str):
    """Has the kernel send SIGTERM when `parent` ends, however it does (Linux only)."""
    if parent and sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != int(parent):
            sys.exit(1)


def commands(root: Path = ROOT, without: Collection[str] = ()) -> dict[str, list[str]]:
    """For each process of the Procfile but those `without`, how to start it."""
    itself = [sys.executable, "-m", "helpdesk.supervisor"]
    names = read_procfile(root / "Procfile")
    return {name: [*itself, name] for name in names if name not in without}


if __name__ == "__main__":
    try:
        become(*sys.argv[1:])
    except (StartError, TypeError, OSError) as error:
        sys.exit(f"{error}")
