"""Documents, passages and kilobytes a second from the upload to ready, beside embedding alone."""

from argparse import ArgumentTypeError
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low
from time import perf_counter, process_time

import psutil

from knowledge import embeddings
from knowledge.benchmarks import scratch, stages
from knowledge.benchmarks.measure import Memory
from knowledge.benchmarks.stages import Stages
from knowledge.benchmarks.tables import number, table
from knowledge.management.desk import refuse_unprepared
from knowledge.models import Index

HEADS = ("stage", "seconds", "CPU seconds", "documents/s", "passages/s")


@dataclass(slots=True)
class Ingested:
    """What one run did. Seconds by the clock; memory in megabytes."""

    documents: int
    size: int
    seconds: float
    processor: float
    floor: float
    floor_processor: float
    stages: Stages
    own_memory: float
    child_memory: float
    failures: list[str]

    @property
    def passages(self) -> int:
        return len(self.stages.chunks)

    @property
    def ratio(self) -> float:
        """How many times as long as embedding alone it took, by the clock."""
        return self.seconds / self.floor

    @property
    def processor_ratio(self) -> float:
        """Likewise by CPU seconds."""
        return self.processor / self.floor_processor


def add_arguments(parser):
    parser.add_argument("directory", type=folder, metavar="DIR", help="the documents")
    parser.add_argument("--only", metavar="SUFFIX", default="", help="files like these, as .pdf")
    parser.add_argument(
        "--rounds", type=int, default=1, help="how many times; the one in the middle is shown"
    )


def folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise ArgumentTypeError(f"{path} is no folder.")
    return path


def run(options, out):
    """Prints the stages, the whole, and embedding alone. Everything is removed afterwards.

    The machine may change its pace between the two: of several rounds that with the ratio in the
    middle is shown, and all their ratios.
    """
    refuse_unprepared()
    files = [
        (str(path.relative_to(options["directory"])), path.read_bytes())
        for path in sorted(options["directory"].rglob(f"*{options['only']}"))
        if path.is_file()
    ]
    rounds = [ingest(files) for _ in range(max(options["rounds"], 1))]
    middle = median_low(each.ratio for each in rounds)
    one = next(each for each in rounds if each.ratio == middle)
    # Later rounds still hold what the embedding alone of an earlier one took.
    one.own_memory, one.child_memory = rounds[0].own_memory, rounds[0].child_memory
    for line in one.failures:
        out.write(f"not ready: {line}")
    rows = [row(name, one, *seconds) for name, seconds in times(one).items()]
    out.write(f"\n{table(HEADS, rows)}\n\n{summary(one)}")
    if len(rounds) > 1:
        out.write(together(rounds))


def ingest(files: list[tuple[str, bytes]]) -> Ingested:
    """Uploads, indexes and removes files, and embeds their passages once more by themselves."""
    embedder = Index.objects.active().embedder()
    embedder.encode(["The model is warm."])
    with scratch.collection() as into, stages.measured() as found, Memory() as memory:
        start, processor = perf_counter(), busy()
        ids = scratch.ingest(into, files)
        seconds, processor = perf_counter() - start, busy() - processor
        failures = scratch.failures(ids)
    start, alone = perf_counter(), process_time()
    embeddings.embed_passages(found.chunks, embedder)
    floor, alone = perf_counter() - start, process_time() - alone
    size = sum(len(data) for _, data in files)
    peak = (memory.own, memory.children)
    return Ingested(len(files), size, seconds, processor, floor, alone, found, *peak, failures)


def busy() -> float:
    """Processor seconds of this process and of the children that it has or had."""
    process = psutil.Process()
    own = process.cpu_times()
    alive = [child.cpu_times() for child in process.children(recursive=True)]
    return sum(
        each.user + each.system + each.children_user + each.children_system
        for each in (own, *alive)
    )


def times(one: Ingested) -> dict[str, tuple[float, float | None]]:
    """The stages add up over documents read side by side; the clock's whole is less."""
    found: dict[str, tuple[float, float | None]] = {
        name: (one.stages.clock[name], one.stages.processor[name]) for name in one.stages.clock
    }
    found["from upload to ready"] = (one.seconds, one.processor)
    found["embedding alone"] = (one.floor, one.floor_processor)
    return found


def together(rounds: list[Ingested]) -> str:
    """The ratio of each round, and of all their seconds: there, changes of pace even out."""
    by_clock = ", ".join(number(each.ratio) for each in rounds)
    by_processor = ", ".join(number(each.processor_ratio) for each in rounds)
    names = ("seconds", "floor", "processor", "floor_processor")
    clock, floor, processor, alone = (sum(getattr(o, name) for o in rounds) for name in names)
    return (
        f"The rounds: {by_clock} times; {by_processor} by CPU seconds. "
        f"All together: {number(clock / floor)} and {number(processor / alone)}."
    )


def row(name: str, one: Ingested, seconds: float, processor: float | None) -> list[str]:
    rates = [number(count / seconds) if seconds else "" for count in (one.documents, one.passages)]
    return [name, number(seconds), number(processor), *rates]


def summary(one: Ingested) -> str:
    return (
        f"{one.documents} documents, {one.passages} passages, {one.size / 1000:,.0f} kB: "
        f"{number(one.size / 1000 / one.seconds)} kB/s, {number(one.ratio)} times "
        f"embedding alone ({number(one.processor_ratio)} by CPU seconds). Peak "
        f"memory {one.own_memory:.0f} MB, its readers {one.child_memory:.0f} MB."
    )
