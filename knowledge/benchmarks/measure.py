"""Times and memory, taken so that a busy machine disturbs them little."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

import psutil

SAMPLE_SECONDS = 0.5
# Finding the children means reading of every process of the machine: once in so many looks.
LOOKS = 6
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that one thing took in each round, by the clock and of all processors together."""

    clock: list[float]
    processor: list[float]

    @property
    def seconds(self) -> float:
        return median(self.clock)

    @property
    def processor_seconds(self) -> float:
        return median(self.processor)

    def ratio(self, other: "Times") -> float:
        """How many times as long `other` took: the median of the rounds' ratios.

        By processor seconds, which other work on the machine hardly changes.
        """
        pairs = zip(other.processor, self.processor, strict=True)
        return median(theirs / max(own, 1e-9) for theirs, own in pairs)


def in_turns(calls: dict[str, Callable[[], object]], rounds: int) -> dict[str, Times]:
    """Each call once a round, so that what slows the machine for a while slows all alike."""
    times = {name: Times([], []) for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            clock, processor = perf_counter(), process_time()
            call()
            times[name].clock.append(perf_counter() - clock)
            times[name].processor.append(process_time() - processor)
    return times


class Memory:
    """The greatest resident memory, in megabytes, of this process and its children meanwhile."""

    def __init__(self):
        self.process = psutil.Process()
        self.own = self.children = 0.0
        self._known: list[psutil.Process] = []
        self._looks = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)

    def __enter__(self) -> "Memory":
        self._look()
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._stop.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            self._look()

    def _look(self) -> None:
        if self._looks % LOOKS == 0 or self._stop.is_set():
            self._known = self.process.children(recursive=True)
        self._looks += 1
        self.own = max(self.own, resident(self.process))
        self.children = max(self.children, sum(map(resident, self._known)))


def resident(process: psutil.Process) -> float:
    """Megabytes; nothing for a process that is gone."""
    with suppress(psutil.Error):
        return process.memory_info().rss / MEGABYTE
    return 0.0
