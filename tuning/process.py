"""Pure: the process of a training. One a folder, one a GPU, and none without its worker."""

import ctypes
import fcntl
import os
import sys
import time
from contextlib import contextmanager, suppress
from threading import Thread

from tuning.failures import Ended

BUSY_SECONDS = 60
# glibc's malloc.h: the names of two of its parameters, and what they are set to.
TRIM_THRESHOLD, MMAP_THRESHOLD, LARGE_BYTES = -1, -3, 256 * 1024


def rank():
    """This process's number among those that train together."""
    return int(os.environ.get("LOCAL_RANK", "0"))


@contextmanager
def held(folder):
    """Keeps the folder for this process. Waits for another's end; raises Ended if it goes on."""
    if rank() > 0:
        yield
        return
    end = time.monotonic() + BUSY_SECONDS
    with (folder / "lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > end:
                    raise Ended("busy") from None
                time.sleep(0.2)
        yield


def end_with_the_worker():
    """From now on this process ends when nobody holds the other end of its standard input."""
    Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end():
    # Killed or not: the kernel closes what a process held, on every system.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(1)


def once_a_gpu(module, argv, gpus):
    """Where several GPUs are there, becomes the launcher that starts `module` once on each."""
    if gpus > 1 and "LOCAL_RANK" not in os.environ:
        launch = ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", str(gpus)]
        command = [sys.executable, *launch, "--module", module, *argv]
        os.execv(sys.executable, command)  # noqa: S606 - this very program, no shell wanted


def give_memory_back():
    """From now on what is large goes back to the system once it is free, where malloc is glibc's.

    Else it is kept for later, in pieces that fit nothing: half as much again for a large model.
    """
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(MMAP_THRESHOLD, LARGE_BYTES)
        libc.mallopt(TRIM_THRESHOLD, LARGE_BYTES)
