"""A deterministic embedder for unit tests: words hashed into directions, no model."""

import hashlib
import re

import numpy as np

from knowledge.embedders.encoded import Encoded, normalised

WORD = re.compile(r"\w+")


class FakeEmbedder:
    """Texts that share words are near each other; nothing more is promised."""

    window = 256

    def __init__(self, name: str = "fake"):
        """A name like "fake-96" gives that many dimensions, "fake" gives 384."""
        self.recipe = name
        self.dimensions = int(name.partition("-")[2] or 384)

    def count_tokens(self, text: str) -> int:
        return len(WORD.findall(text)) + 2

    def encode(self, texts: list[str], question: bool = False) -> list[Encoded]:
        return [self._encode(text) for text in texts]

    def _encode(self, text: str) -> Encoded:
        words = list(WORD.finditer(text))[: self.window] or list(re.finditer("^", text))
        tokens = np.stack([self._direction(word.group()) for word in words])
        offsets = np.array([word.span() for word in words])
        return Encoded(normalised(tokens.mean(0)), tokens, offsets)

    def _direction(self, word: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.sha256(word.casefold().encode()).digest()[:8])
        return np.random.default_rng(seed).standard_normal(self.dimensions).astype(np.float32)
