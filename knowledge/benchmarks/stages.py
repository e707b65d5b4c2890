"""How long each stage of indexing takes, taken around the very functions that the worker calls."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter, thread_time
from unittest.mock import patch

from knowledge import indexing

# As knowledge.indexing names them; "embed" is what a passage's vectors and sentences take.
STAGES = {"extract": "extract", "chunk": "chunk", "embed": "embed", "publish": "store"}


class Stages:
    """Seconds by stage, added up over the threads: by the clock, and of the processor in them."""

    def __init__(self):
        self.clock = dict.fromkeys(STAGES.values(), 0.0)
        self.processor = dict.fromkeys(STAGES.values(), 0.0)
        self.chunks = []
        self._lock = threading.Lock()

    def around(self, stage: str, work):
        def timed(*arguments, **named):
            clock, processor = perf_counter(), thread_time()
            try:
                done = work(*arguments, **named)
                if stage == "chunk":
                    self.chunks.extend(done)
                return done
            finally:
                with self._lock:
                    self.clock[stage] += perf_counter() - clock
                    self.processor[stage] += thread_time() - processor

        return timed


@contextmanager
def measured() -> Iterator[Stages]:
    """Meanwhile every document that this process indexes is timed."""
    stages = Stages()
    timed = {name: stages.around(stage, getattr(indexing, name)) for name, stage in STAGES.items()}
    with patch.multiple(indexing, **timed):
        yield stages
