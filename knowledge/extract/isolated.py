"""Extraction in a child process that may hang or crash without harm to its caller."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from ..environment import without_secrets
from ..errors import KnowledgeError
from . import Progress, ocr_model
from .blocks import Extraction
from .wire import from_dict

# Seconds without a page done. A scanned page takes two or three.
SECONDS = 60.0
# Where the machine is so busy that the child hardly ran, it gets up to this many times as long.
PATIENCE = 4
# Less processor time than this share of the time that went by: it was kept waiting.
STARVED = 0.5
# Address space, of which the OCR's runtime reserves far more than it uses.
MEMORY_MB = 4000
# A child is replaced after so many files, so that a leak can't grow for ever. None was seen in as
# many, and each start costs a fifth of a second of a processor.
MAX_FILES = 1000
CHUNK = 1 << 20
PACKAGE = __package__


class ReaderError(KnowledgeError):
    """The child hung, crashed or did not start: the file's harm, or the reader's."""


def child_environment(models: Path | None = None) -> dict[str, str]:
    """The environment in which a child process finds this package, and no secrets."""
    root = Path(__file__).resolve().parents[PACKAGE.count(".") + 1]
    paths = [str(root), os.environ.get("PYTHONPATH", "")]
    return {
        **without_secrets(),
        "PYTHONPATH": os.pathsep.join(part for part in paths if part),
        # Each arena of glibc's allocator reserves address space, one a thread.
        "MALLOC_ARENA_MAX": "2",
        # Pictures are read side by side. The threads of these libraries would only wait in a loop:
        # the one for algebra, of which there is none here, and the other for parts of a line.
        "OPENBLAS_NUM_THREADS": "1",
        "OPENCV_FOR_THREADS_NUM": "1",
        **({ocr_model.FOLDER: str(models)} if models else {}),
    }


def extract_isolated(
    path: str | Path,
    name: str = "",
    seconds: float = SECONDS,
    memory_mb: int = MEMORY_MB,
    progress: Progress | None = None,
) -> Extraction:
    """`extract` in a child process that is killed after `seconds` without progress."""
    with Extractor(seconds, memory_mb) as extractor:
        return extractor.extract(path, name, progress)


class Extractor:
    """Keeps one child process for many files, and starts another after a failure.

    For one thread. Close it, or use it in a `with` statement. In the folder `models` its children
    keep the models for OCR as they made them over.
    """

    def __init__(
        self, seconds: float = SECONDS, memory_mb: int = MEMORY_MB, models: Path | None = None
    ):
        self.seconds = seconds
        self.memory_mb = memory_mb
        self.models = models
        self._child: subprocess.Popen | None = None
        self._files = 0
        self._rest = b""

    def __enter__(self) -> "Extractor":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def __del__(self) -> None:
        # Kept by a thread that has ended.
        self.close()

    def extract(
        self, path: str | Path, name: str = "", progress: Progress | None = None
    ) -> Extraction:
        """As `knowledge.extract.extract`, and a KnowledgeError too where the child fails."""
        answered = False
        try:
            self._ask({"path": str(Path(path).resolve()), "name": name or Path(path).name})
            while True:
                answer = self._line()
                if "done" not in answer:
                    answered = True
                    break
                if progress:
                    progress(answer["done"], answer["total"])
        finally:
            # Whatever went wrong, even in the caller's progress: a late answer must not be taken
            # for the next file's.
            if not answered:
                self.close()
        if "error" in answer:
            raise KnowledgeError(answer["error"], again=answer["again"])
        return from_dict(answer["result"])

    def close(self) -> None:
        """Ends the child and all that it started."""
        child, self._child, self._rest = self._child, None, b""
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        child.wait()

    def _ask(self, request: dict) -> None:
        if self._child is not None and (self._files >= MAX_FILES or self._child.poll() is not None):
            self.close()
        if self._child is None:
            self._start()
        self._files += 1
        try:
            self._child.stdin.write(json.dumps(request).encode() + b"\n")
            self._child.stdin.flush()
        except OSError as error:
            raise ReaderError("The file's reader did not start. Try again.", again=True) from error

    def _start(self) -> None:
        command = [sys.executable, "-m", PACKAGE, "--serve", f"--memory-mb={self.memory_mb}"]
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(self.models),
            start_new_session=True,
        )
        self._files, self._rest = 0, b""

    def _line(self) -> dict:
        """The child's next line, waited for until the time is up."""
        pieces, start, worked = [self._rest], time.monotonic(), self._worked()
        with selectors.DefaultSelector() as ready:
            ready.register(self._child.stdout, selectors.EVENT_READ)
            while b"\n" not in pieces[-1]:
                if not self._ready(ready, start, worked):
                    raise ReaderError(
                        f"Reading the file took longer than {self.seconds:g} seconds without "
                        "getting on, and was stopped. Export it anew, as PDF for one, or split it."
                    )
                piece = os.read(self._child.stdout.fileno(), CHUNK)
                if not piece:
                    raise ReaderError(
                        "Reading the file crashed, for it is damaged or needs too much memory. "
                        "Save it anew or split it into parts."
                    )
                pieces.append(piece)
        line, _, self._rest = b"".join(pieces).partition(b"\n")
        return json.loads(line)

    def _ready(self, ready: selectors.BaseSelector, start: float, worked: float) -> bool:
        """Waits for the child's next words; false where they don't come in time."""
        for times in range(1, PATIENCE + 1):
            left = start + times * self.seconds - time.monotonic()
            if left > 0 and ready.select(left):
                return True
            # One that hangs in a loop has used up its time; one that was kept waiting has not.
            if left > 0 and self._worked() - worked > STARVED * times * self.seconds:
                return False
        return False

    def _worked(self) -> float:
        """The seconds of processor time that the child has used."""
        with contextlib.suppress(psutil.Error):
            times = psutil.Process(self._child.pid).cpu_times()
            return times.user + times.system
        return 0.0
