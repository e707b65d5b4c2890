"""Milliseconds of a search and its recall, by passages and by the share that a person may see."""

from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time

import numpy as np
import psutil
from django.db import connection

from helpdesk.benchmarks import pgvectorstore
from helpdesk.benchmarks.rights import Library
from knowledge import embeddings, indexes, rights, search
from knowledge.benchmarks.database import scratch
from knowledge.benchmarks.plot import Chart
from knowledge.benchmarks.tables import number, table
from knowledge.demo.company import DOCS
from knowledge.evaluation import read_questions
from knowledge.grouping import places
from knowledge.models import Collection
from knowledge.ranking import RERANKED, reranked
from knowledge.statement import NEAREST

SHARES = (1.0, 0.1, 0.01, 0.001)
QUESTIONS = [each.text for each in read_questions(DOCS.with_name("questions.jsonl"))]
NEIGHBOURS = 10
LIMIT = 5
HEADS = (
    "passages",
    "may be seen",
    "median ms",
    "p95 ms",
    "embedding",
    "statement",
    "ranking",
    "processor ms",
    "recall@10",
    "PGVectorStore ms",
    "p95 ms",
    "its recall@10",
)


@dataclass(slots=True)
class Measured:
    """The milliseconds of every question by its parts, and how much was found, for one share.

    `processor` is the mean of a question's milliseconds on processors, here and in the database's
    process: other work on the machine changes it little.
    """

    embedding: list[float] = field(default_factory=list)
    statement: list[float] = field(default_factory=list)
    ranking: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    processor: float = 0
    other: list[float] = field(default_factory=list)
    other_recall: list[float] = field(default_factory=list)

    @property
    def whole(self) -> list[float]:
        parts = zip(self.embedding, self.statement, self.ranking, strict=True)
        return [sum(each) for each in parts]


def add_arguments(parser):
    parser.add_argument(
        "--passages", type=int, nargs="+", default=[10_000], metavar="N", help="10,000"
    )
    parser.add_argument(
        "--selectivities",
        type=float,
        nargs="+",
        default=list(SHARES),
        metavar="SHARE",
        help="the shares of the passages that people may see, as .1; 1, .1, .01 and .001",
    )
    parser.add_argument("--questions", type=int, default=100, metavar="N", help="a share; 100")
    parser.add_argument(
        "--store-up-to",
        type=int,
        default=200_000,
        metavar="N",
        help="PGVectorStore beside it, where it is installed, up to so many passages; 200,000",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="keep the databases, and use those that were kept before: filling takes far longer "
        "than measuring",
    )
    parser.add_argument(
        "--processes", type=int, default=1, metavar="N", help="build the vector scan with so many"
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write the medians as SVG")


def run(options, out):
    """Prints a table a size, a line a share. All is done in a database of its own."""
    found = {}
    for passages in options["passages"]:
        with scratch(str(passages) if options["keep"] else ""):
            here = measured(passages, options, out)
        found |= here
        rows = [row(passages, share, each) for (_, share), each in here.items()]
        out.write(f"\n{table(HEADS, rows)}\n")
        if options["plot"]:
            options["plot"].write_text(chart(found).svg())


def measured(passages: int, options, out) -> dict[tuple[int, float], Measured]:
    """What every share measured at one size."""
    library = Library(passages, options["selectivities"], out.write, options["processes"])
    store = None
    if passages <= options["store_up_to"] and pgvectorstore.installed():
        start = perf_counter()
        store = pgvectorstore.Store(library.index.dimensions)
        out.write(f"PGVectorStore filled in {perf_counter() - start:.0f} s")
    try:
        return {
            (passages, share): ask(library, share, store, options["questions"])
            for share in library.people
        }
    finally:
        if store:
            store.close()


def ask(library: Library, share: float, store, count: int) -> Measured:
    """Every question twice, here and there in turns: what slows the machine slows both.

    The first time, which fills the caches of words and pages, does not count.
    """
    one = Measured()
    allowed = Collection.objects.visible_to(library.people[share])
    readable, collections = rights.of(allowed), [each.pk for each in allowed]
    questions = library.corpus.questions(count)
    asked = [*questions, *questions]
    search_here(asked[0], QUESTIONS[0], library.people[share], Measured())
    before = served()
    for question, real in zip(asked, cycle(QUESTIONS)):
        start = process_time()
        search_here(question, real, library.people[share], one)
        one.processor += 1000 * (process_time() - start) / len(asked)
        if store:
            start = perf_counter()
            store.ask(question.text, question.vector.tolist(), collections, LIMIT)
            one.other.append(1000 * (perf_counter() - start))
    one.processor += 1000 * (served() - before) / len(asked)
    for times in (one.embedding, one.statement, one.ranking, one.other):
        del times[:count]
    for question in questions:
        nearest = library.nearest(question.vector, collections, NEIGHBOURS)
        given = (NEAREST, question.text, question.vector, indexes.active(), readable, LIMIT)
        found = [key for (key,) in search.rows(*given)]
        one.recall.append(recall(nearest, found))
        if store:
            found = store.nearest(question.vector.tolist(), collections, NEIGHBOURS)
            one.other_recall.append(recall(nearest, found))
    return one


def served() -> float:
    """Seconds of processor that the database's process took for this one; 0 on another machine."""
    with suppress(psutil.Error):
        times = psutil.Process(connection.connection.info.backend_pid).cpu_times()
        return times.user + times.system
    return 0.0


def search_here(question, real: str, user, one: Measured) -> None:
    """What `search.search` does, part by part.

    A `real` question is embedded, for a model cuts generated words into many more pieces; the
    generated one is asked.
    """
    index = indexes.active()
    start = perf_counter()
    embeddings.embed_question(real, embeddings.embedder(index.model))
    embedded = perf_counter()
    allowed = rights.reading(user)
    candidates = search.run(question.text, question.vector, index, allowed, RERANKED)
    searched = perf_counter()
    best = reranked(question.text, candidates, RERANKED)
    places([(found, found.score) for found in best], LIMIT)
    one.embedding.append(1000 * (embedded - start))
    one.statement.append(1000 * (searched - embedded))
    one.ranking.append(1000 * (perf_counter() - searched))


def recall(nearest: list[int], found: list[int]) -> float:
    return len(set(nearest) & set(found)) / max(len(nearest), 1)


def row(passages: int, share: float, one: Measured) -> list[str]:
    there = [number(median(one.other)), number(p95(one.other))] if one.other else ["", ""]
    return [
        f"{passages:,}",
        f"{100 * share:g}%",
        number(median(one.whole)),
        number(p95(one.whole)),
        *(number(median(part)) for part in (one.embedding, one.statement, one.ranking)),
        number(one.processor),
        f"{np.mean(one.recall):.3f}",
        *there,
        f"{np.mean(one.other_recall):.3f}" if one.other_recall else "",
    ]


def p95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def chart(found: dict[tuple[int, float], Measured]) -> Chart:
    lines = {}
    for (passages, share), one in found.items():
        lines.setdefault(f"{100 * share:g}% may be seen", []).append((passages, median(one.whole)))
        if one.other and share == 1:
            lines.setdefault("PGVectorStore, 100%", []).append((passages, median(one.other)))
    return Chart("A search, embedding included: median", "passages", "milliseconds", lines)
