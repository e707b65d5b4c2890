"""The vectors of sentences, with those that were compared lately at hand.

The same few passages answer many questions, and their sentences are most of what is compared.
"""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from knowledge import embeddings, indexes

# A vector and its sentence take about 2 kB.
KEPT = 5_000

_kept: OrderedDict[tuple[str, str], np.ndarray] = OrderedDict()
_changing = Lock()


def embed(texts: Sequence[str]) -> np.ndarray:
    """The vectors of sentences by the model of the active index, one a row.

    Raises KnowledgeError when the embedding model fails.
    """
    model = indexes.active().model
    keys = [(model, text) for text in texts]
    found = {key: vector for key in keys if (vector := recall(key)) is not None}
    missing = list(dict.fromkeys(key for key in keys if key not in found))
    if missing:
        new = embeddings.embed_sentences([text for _, text in missing], embeddings.embedder(model))
        found |= zip(missing, new, strict=True)
        keep(missing, new)
    return np.stack([found[key] for key in keys])


def recall(key: tuple[str, str]) -> np.ndarray | None:
    with _changing:
        if key in _kept:
            _kept.move_to_end(key)
        return _kept.get(key)


def keep(keys: Sequence[tuple[str, str]], vectors: np.ndarray) -> None:
    with _changing:
        for key, vector in zip(keys, vectors, strict=True):
            # A copy: a row would hold on to the whole of its batch.
            _kept[key] = vector.copy()
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
