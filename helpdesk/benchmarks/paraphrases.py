"""Which questions a curated answer would answer, for a file of questions in other words."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from django.conf import settings

from helpdesk import engines, generation
from helpdesk.models import Engine
from helpdesk.same_question import same
from knowledge import embeddings
from knowledge.benchmarks.tables import number, table
from knowledge.demo.company import DOCS
from knowledge.errors import KnowledgeError
from knowledge.models import Index

# What a row of the file may hold of questions beside its own, and what they are.
KINDS = {
    "rewordings": "rewordings",
    "paraphrases": "paraphrases",
    "near_misses": "questions that ask something else",
}
COSINES = (0.6, 0.7, 0.8, 0.9)
FILE = DOCS.with_name("phrasings.jsonl")
SHAPE = '{"question": "…", "rewordings": ["…"], "paraphrases": ["…"], "near_misses": ["…"]}'


@dataclass(slots=True)
class Pair:
    """A pinned question and another that is asked: their cosine, and whether they are the same by
    their words, and by a language model where one was asked."""

    kind: str
    pinned: str
    asked: str
    cosine: float = 0.0
    worded: bool = False
    judged: bool = False

    @property
    def near(self) -> bool:
        return not self.worded and self.cosine >= settings.CURATED_SIMILARITY


def add_arguments(parser):
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        default=FILE,
        metavar="FILE",
        help=f"a line each: {SHAPE}; the demo handbook's by default",
    )


def run(options, out):
    """Prints the tables of docs/curated-answers.md. An active language model is asked as well."""
    pairs = list(read(options["file"]))
    compare(pairs)
    out.write(f"{table(['cosine from', *KINDS.values()], cosines(pairs))}\n")
    engine = Engine.current()
    judges = engine.kind == Engine.Kind.OPENAI and engine.reads_history
    times = asyncio.run(judge(engine, [pair for pair in pairs if pair.near])) if judges else []
    heads = ["", "of", "by their words", "by the language model", "offered"]
    out.write(f"\n{table(heads, given(pairs))}\n")
    if times:
        out.write(
            f"\n{engine.label} was asked {len(times)} times, median {number(median(times))} ms."
        )
    else:
        out.write("\nNo language model is active that could judge.")


def read(file: Path) -> Iterator[Pair]:
    """Raises KnowledgeError where the file can't be read, with the line."""
    try:
        lines = file.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{file} can't be read: {error}") from None
    for place, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            for kind in KINDS:
                yield from (Pair(kind, row["question"], asked) for asked in row.get(kind, ()))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise KnowledgeError(f"{file}, line {place}: expected {SHAPE}") from None


def compare(pairs: list[Pair]) -> None:
    """Notes the cosines by the active index's model, and what the words say."""
    embedder = Index.objects.active().embedder()
    questions = sorted({text for pair in pairs for text in (pair.pinned, pair.asked)})
    vectors = {text: embeddings.embed_question(text, embedder) for text in questions}
    for pair in pairs:
        pair.cosine = float(np.dot(vectors[pair.pinned], vectors[pair.asked]))
        pair.worded = same(pair.asked, pair.pinned)


async def judge(engine: Engine, pairs: list[Pair]) -> list[float]:
    """Asks the engine of each, as the chat does; the milliseconds that it took."""
    model, times = await engines.chat_model(engine), []
    for pair in pairs:
        start = perf_counter()
        pair.judged = await generation.asks_same(model, pair.asked, pair.pinned)
        times.append(1000 * (perf_counter() - start))
    return times


def cosines(pairs: list[Pair]) -> list[list[str]]:
    """The share of each kind that comes as near as that."""
    kinds = [[pair.cosine for pair in pairs if pair.kind == kind] for kind in KINDS]
    return [
        [
            f"{least:.2f}",
            *(f"{np.mean(np.array(each) >= least):.2f}" if each else "" for each in kinds),
        ]
        for least in COSINES
    ]


def given(pairs: list[Pair]) -> list[list]:
    """How many of each kind get the curated answer, and how many the offer of it."""
    rows = []
    for kind, name in KINDS.items():
        mine = [pair for pair in pairs if pair.kind == kind]
        by_words, by_model = sum(p.worded for p in mine), sum(p.judged for p in mine)
        offered = sum(pair.near and not pair.judged for pair in mine)
        rows.append([name, len(mine), by_words, by_model, offered])
    return rows
