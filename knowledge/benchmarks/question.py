"""What one question costs a process: milliseconds, and the memory of the model that embeds it."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

import psutil

from knowledge.benchmarks.measure import resident
from knowledge.embedders.encoded import Embedder
from knowledge.embedders.minilm import MiniLMEmbedder

QUESTION = "How many days of paid leave does an employee have?"
QUESTIONS = 100


def latency(embedder: Embedder) -> float:
    """Milliseconds of one question alone: the best of many, which other work has not disturbed."""
    taken = []
    for _ in range(QUESTIONS):
        start = perf_counter()
        embedder.encode([QUESTION], question=True)
        taken.append(1000 * (perf_counter() - start))
    return min(taken)


def memory(folder: Path, backend: str) -> float:
    """Megabytes that loading a backend and asking it adds to a process that does nothing else."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(grown, folder, backend).result()


def grown(folder: Path, backend: str) -> float:
    process = psutil.Process()
    before = resident(process)
    latency(MiniLMEmbedder(folder, backend))
    return resident(process) - before
