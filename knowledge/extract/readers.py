"""A few child processes that read files, for more threads that want files read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import LifoQueue

from .isolated import Extractor


class Readers:
    """At most `most` files are read at a time; the children stay for the next files.

    Who was used last is used next: where one is enough, the others never load what they read with.
    In the folder `models` they keep the models for OCR as they made them over.
    """

    def __init__(self, most: int, models: Path | None = None):
        self._all = [Extractor(models=models) for _ in range(most)]
        self._free: LifoQueue[Extractor] = LifoQueue()
        for one in self._all:
            self._free.put(one)

    @contextmanager
    def one(self) -> Iterator[Extractor]:
        """A reader for this thread alone; waits until one is free."""
        reader = self._free.get()
        try:
            yield reader
        finally:
            self._free.put(reader)

    def close(self) -> None:
        """Ends the children. Whoever reads by one meanwhile gets a KnowledgeError."""
        for one in self._all:
            one.close()
