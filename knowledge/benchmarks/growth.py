"""What one more short document costs, from the upload to ready, while the collection grows."""

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import perf_counter

from knowledge.benchmarks import samples, scratch
from knowledge.benchmarks.plot import Chart
from knowledge.benchmarks.tables import number, table
from knowledge.models import Index

STEPS = (100, 300, 1000, 3000, 10_000, 30_000, 50_000)
WORDS = 60
HEADS = ("documents", "upload ms", "upload to ready ms", "documents/s")


def add_arguments(parser):
    parser.add_argument(
        "--documents", type=int, default=10_000, metavar="N", help="up to so many; 10,000"
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write the curve as SVG")


def run(options, out):
    """Prints a line a step. The documents are generated, and removed afterwards."""
    steps = [step for step in STEPS if step < options["documents"]] + [options["documents"]]
    documents, rows, done = generated(), [], 0
    Index.objects.active().embedder()
    out.write(f"Documents of {WORDS} words, milliseconds each since the line before.\n")
    with scratch.collection() as into:
        for step in steps:
            rows.append((step, *cost(into, islice(documents, step - done), step - done)))
            out.write(f"{step:,}: {rows[-1][2]:.1f} ms")
            done = step
    lines = [(f"{n:,}", number(up), number(whole), number(1000 / whole)) for n, up, whole in rows]
    out.write(f"\n{table(HEADS, lines)}")
    if options["plot"]:
        options["plot"].write_text(chart(rows).svg())


def cost(into, documents: Iterator[tuple[str, bytes]], count: int) -> tuple[float, float]:
    """Milliseconds a document: its upload alone, and all until it is ready."""
    start = perf_counter()
    scratch.fill(into, documents)
    uploaded = perf_counter() - start
    scratch.work(into.slug)
    return 1000 * uploaded / count, 1000 * (perf_counter() - start) / count


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


def chart(rows: list[tuple[int, float, float]]) -> Chart:
    lines = {
        "upload to ready": [(n, whole) for n, _, whole in rows],
        "the upload alone": [(n, upload) for n, upload, _ in rows],
    }
    return Chart("What one more document costs", "documents", "milliseconds", lines)
