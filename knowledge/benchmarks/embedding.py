"""Passages a second of every backend that the processor offers, and how near they come to fp32."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from django.conf import settings

from knowledge.benchmarks import samples
from knowledge.benchmarks.measure import Times, in_turns
from knowledge.benchmarks.question import latency, memory
from knowledge.benchmarks.tables import number, table
from knowledge.embedders.backends import AUTO, FP32, choose, offered
from knowledge.embedders.minilm import MiniLMEmbedder, cores
from knowledge.token_limits import embedded_text

HEADS = (
    "backend",
    "passages/s",
    "tokens/s",
    "CPU ms a passage",
    "times fp32",
    "cosine to fp32, mean",
    "min",
    "question ms",
    "memory MB",
)


@dataclass(slots=True)
class Measured:
    """What one backend did; memory in megabytes, the question in milliseconds."""

    times: Times
    vectors: np.ndarray
    question: float
    memory: float


def add_arguments(parser):
    parser.add_argument("--passages", type=int, default=256, metavar="N", help="256 if not given")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="3 if not given")


def run(options, out):
    """Prints a line a backend. Raises KnowledgeError when the model can't be exported."""
    folder = settings.VAR_DIR / "models"
    embedders = {name: MiniLMEmbedder(folder, name) for name in offered()}
    chunks = samples.passages(max(options["passages"], 1), embedders[FP32])
    texts = [embedded_text(each.headings, each.text) for each in chunks]
    tokens = sum(min(embedders[FP32].count_tokens(text), MiniLMEmbedder.window) for text in texts)
    calls = {name: partial(each.encode, texts) for name, each in embedders.items()}
    times = in_turns(calls, max(options["rounds"], 1))
    found = {
        name: Measured(times[name], vectors(each, texts), latency(each), memory(folder, name))
        for name, each in embedders.items()
    }
    rows = [row(name, each, found[FP32], len(texts), tokens) for name, each in found.items()]
    out.write(
        f"{len(texts)} passages of {tokens / len(texts):.0f} tokens, {cores()} processors; "
        f"EMBEDDING_BACKEND={AUTO} takes {choose(AUTO)}.\n\n{table(HEADS, rows)}"
    )


def row(name: str, one: Measured, plain: Measured, passages: int, tokens: int) -> list[str]:
    cosines = (one.vectors * plain.vectors).sum(1)
    return [
        name,
        number(passages / one.times.seconds),
        number(tokens / one.times.seconds),
        number(1000 * one.times.processor_seconds / passages),
        number(one.times.ratio(plain.times)),
        f"{cosines.mean():.4f}",
        f"{cosines.min():.4f}",
        number(one.question),
        number(one.memory),
    ]


def vectors(embedder, texts: list[str]) -> np.ndarray:
    return np.stack([encoded.vector for encoded in embedder.encode(texts)])
