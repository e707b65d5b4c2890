"""The tokens of texts from those of their words, most of which come again."""

import re
from dataclasses import dataclass
from functools import lru_cache
from struct import Struct

import numpy as np

from knowledge.token_limits import SPECIAL_TOKENS

WORDS_KEPT = 50_000
WORD = re.compile(r"[^ \n]+")
# A token's number, and where it begins and ends. Kept as bytes: a tuple for each word would have
# Python look for garbage in all that the process holds, again and again.
TOKEN = np.dtype((np.int32, 3))
PACK = Struct("3i").pack


@dataclass(slots=True)
class Tokens:
    """The numbers of a text's tokens, and the (start, end) characters of those within it."""

    ids: np.ndarray
    offsets: np.ndarray


class WordTokens:
    """A tokenizer whose words end at spaces, which puts a token at each end of a text."""

    def __init__(self, tokenizer, window: int):
        """Of a text the first `window` tokens are given, the two at its ends among them."""
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self.tokenizer = tokenizer
        self.window = window
        self.first, self.last = tokenizer.encode("").ids
        self.of_word = lru_cache(WORDS_KEPT)(self.of_text)

    def of_text(self, text: str) -> bytes:
        """The tokens within a text, as TOKEN."""
        found = self.tokenizer.encode(text, add_special_tokens=False)
        pairs = zip(found.ids, found.offsets, strict=True)
        return b"".join([PACK(key, *place) for key, place in pairs])

    def parts(self, text: str) -> list[bytes]:
        """The tokens of each word; of all words together where they can't be told apart."""
        return list(map(self.of_word, text.split())) if is_plain(text) else [self.of_text(text)]

    def count(self, text: str) -> int:
        """How many tokens a text has, those at its ends and beyond the window included."""
        return SPECIAL_TOKENS + sum(map(len, self.parts(text))) // TOKEN.itemsize

    def tokens(self, text: str) -> Tokens:
        parts = self.parts(text)
        found = np.frombuffer(b"".join(parts), TOKEN)[: self.window - SPECIAL_TOKENS]
        begins = map(re.Match.start, WORD.finditer(text)) if is_plain(text) else [0]
        sizes = np.fromiter(map(len, parts), int, len(parts)) // TOKEN.itemsize
        begins = np.repeat(np.fromiter(begins, int, len(parts)), sizes)[: len(found)]
        ids = np.array([self.first, *found[:, 0].tolist(), self.last])
        return Tokens(ids, found[:, 1:] + begins[:, None])


def is_plain(text: str) -> bool:
    """Whether its words can be read one by one.

    What shows nothing, as a soft hyphen, may be left out, which joins words.
    """
    return text.replace("\n", " ").isprintable()
