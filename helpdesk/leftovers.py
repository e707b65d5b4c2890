"""What a supervisor that was killed left running, and its end."""

import json
import os
import signal
from pathlib import Path

import psutil

# Clocks of the record and of the kernel may differ by so much.
TOLERANCE_SECONDS = 1.0
GRACE_SECONDS = 10


class Record:
    """The processes under way, each with its start, in a file: an id alone may be another's."""

    def __init__(self, path: Path):
        self.path = path

    def write(self, pids: list[int]):
        rows = [[pid, started(pid)] for pid in pids]
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps([row for row in rows if row[1]]))
        new.replace(self.path)

    def forget(self):
        self.path.unlink(missing_ok=True)

    def read(self) -> list[tuple[int, float]]:
        """The rows; none when the file is missing or was damaged."""
        try:
            return [(int(pid), float(start)) for pid, start in json.loads(self.path.read_text())]
        except (OSError, ValueError, TypeError):
            return []

    def end_leftovers(self) -> int:
        """Ends exactly the recorded processes and what they started; gives how many."""
        left = [process for pid, start in self.read() for process in group(pid, start)]
        for process in left:
            send(process, signal.SIGTERM)
        _, alive = psutil.wait_procs(left, GRACE_SECONDS)
        for process in alive:
            send(process, signal.SIGKILL)
        psutil.wait_procs(alive, GRACE_SECONDS)
        self.forget()
        return len(left)


def started(pid: int) -> float | None:
    """When the process was started, in seconds since 1970; None when it is gone."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return None


def group(leader: int, start: float) -> list[psutil.Process]:
    """The living processes of the group that `leader`, started at `start`, leads or led.

    While a group lives the kernel gives its id to no new process: a leader of another start means
    that the whole group is gone.
    """
    now = started(leader)
    if now is not None and abs(now - start) > TOLERANCE_SECONDS:
        return []
    return [process for process in psutil.process_iter() if is_member(process, leader, start)]


def is_member(process: psutil.Process, leader: int, start: float) -> bool:
    try:
        alive = process.status() != psutil.STATUS_ZOMBIE
        later = process.create_time() >= start - TOLERANCE_SECONDS
        return alive and later and os.getpgid(process.pid) == leader
    except (psutil.Error, OSError):
        return False


def send(process: psutil.Process, number: int):
    try:
        process.send_signal(number)
    except psutil.Error:
        return
