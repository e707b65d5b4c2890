"""What every embedder gives for a text."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass(slots=True)
class Encoded:
    """A text's vector, and its tokens' vectors with their (start, end) characters in the text.

    They are in the order of the text, without those that stand for no character, as the ones that a
    model puts around it. An endpoint tells nothing of its tokens.
    """

    vector: np.ndarray
    tokens: np.ndarray | None = None
    offsets: np.ndarray | None = None


class Embedder(Protocol):
    """`recipe` names the model and whatever else changes a vector; `window` is in tokens."""

    recipe: str
    window: int
    dimensions: int

    def count_tokens(self, text: str) -> int:
        """Tokens of a text, the special ones included."""

    def encode(self, texts: list[str], question: bool = False) -> list[Encoded]:
        """The texts in their order; what goes over the window is not read."""


def normalised(vectors: np.ndarray) -> np.ndarray:
    """The vectors at length 1; a zero vector stays one."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.maximum(length, 1e-9)
