"""What one more short document costs, from the upload to ready, while the collection grows.

Between the points that are measured, documents are written straight into the tables.
"""

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import perf_counter

from knowledge import upkeep
from knowledge.benchmarks import database, filling, loading, samples, scratch
from knowledge.benchmarks.ingest import busy
from knowledge.benchmarks.plot import Chart
from knowledge.benchmarks.tables import number, table
from knowledge.errors import KnowledgeError
from knowledge.models import Collection, Index, Version

STEPS = (100, 300, 1000, 3000, 10_000, 20_000, 50_000)
MEASURED = 100
WORDS = 60
HEADS = ("documents", "upload ms", "upload to ready ms", "CPU ms", "documents/s")


def add_arguments(parser):
    parser.add_argument(
        "--documents", type=int, default=10_000, metavar="N", help="up to so many; 10,000"
    )
    parser.add_argument(
        "--measured", type=int, default=MEASURED, metavar="N", help="uploaded a step; 100"
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write the curve as SVG")


def run(options, out):
    """Prints a line a step. All is done in a database of its own, and dropped."""
    steps = [step for step in STEPS if step < options["documents"]] + [options["documents"]]
    out.write(f"Documents of {WORDS} words, milliseconds each over the last {options['measured']}.")
    rows = []
    with database.scratch():
        for row in grown(steps, options["measured"]):
            rows.append(row)
            out.write(f"{row[0]:,}: {row[2]:.1f} ms, {row[3]:.1f} ms of processors")
    lines = [(f"{n:,}", *map(number, (up, whole, cpu, 1000 / whole))) for n, up, whole, cpu in rows]
    out.write(f"\n{table(HEADS, lines)}")
    if options["plot"]:
        options["plot"].write_text(chart(rows).svg())


def grown(steps: list[int], measured: int) -> Iterator[tuple[int, float, float, float]]:
    """Brings a collection to each size and gives what its last documents cost (see `cost`)."""
    into = Collection.objects.create(name="Growing", slug="benchmark-growth")
    index, documents, done = Index.objects.active(), generated(), 0
    index.embedder().encode(["The model is warm."])
    spread = filling.vectors(index, steps[-1])
    for step in steps:
        count = min(measured, step - done)
        if step - count > done:
            filling.write(into, index, islice(documents, step - count - done), spread)
            loading.settle()
        upkeep.tend()
        try:
            yield step, *cost(into, islice(documents, count), count)
        finally:
            forget_files()
        done = step


def cost(into, documents: Iterator[tuple[str, bytes]], count: int) -> tuple[float, float, float]:
    """Milliseconds a document: its upload alone, all until it is ready, and those of processors."""
    start, processor = perf_counter(), busy()
    ids = scratch.fill(into, documents)
    uploaded = perf_counter() - start
    scratch.work(into.slug)
    seconds = (uploaded, perf_counter() - start, busy() - processor)
    if bad := scratch.failures(ids):
        raise KnowledgeError(f"Not all documents are ready: {bad[0]}")
    return tuple(1000 * each / count for each in seconds)


def forget_files() -> None:
    """Removes the stored files: the database goes without asking for them."""
    for version in Version.objects.exclude(file=""):
        version.file.delete()


def generated() -> Iterator[tuple[str, bytes]]:
    """Documents without end, the same ones every time, in words of the demo company's."""
    words = sorted(set(" ".join(map(text_of, samples.files())).split()))
    chance = random.Random(0)  # noqa: S311 - nothing secret
    number = 0
    while True:
        number += 1
        text = " ".join(chance.choices(words, k=WORDS))
        yield f"document-{number}.txt", f"{text.capitalize()}.".encode()


def text_of(path: Path) -> str:
    return path.read_text() if path.suffix == ".md" else ""


def chart(rows: list[tuple[int, float, float, float]]) -> Chart:
    lines = {
        "upload to ready": [(n, whole) for n, _, whole, _ in rows],
        "of it processors": [(n, processor) for n, *_, processor in rows],
        "the upload alone": [(n, upload) for n, upload, *_ in rows],
    }
    return Chart("What one more document costs", "documents", "milliseconds", lines)
