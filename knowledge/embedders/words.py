"""The tokens of texts from those of their words, most of which come again."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter

import numpy as np

WORDS_KEPT = 50_000
WORD = re.compile(r"[^ \n]+")
IDS = itemgetter(0)


@dataclass(slots=True)
class Tokens:
    """The numbers of a text's tokens, and the (start, end) characters of those within it."""

    ids: list[int]
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
        self.of_word = lru_cache(WORDS_KEPT)(self._of_word)

    def _of_word(self, word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The ids of a word's tokens, and where each of them begins and ends."""
        found = self.tokenizer.encode(word, add_special_tokens=False)
        return tuple(found.ids), tuple(chain.from_iterable(found.offsets))

    def count(self, text: str) -> int:
        """How many tokens a text has, those at its ends and beyond the window included."""
        if not is_plain(text):
            return len(self.tokenizer.encode(text).ids)
        return 2 + sum(map(len, map(IDS, map(self.of_word, text.split()))))

    def tokens(self, text: str) -> Tokens:
        if is_plain(text) and (words := text.split()):
            by_word, places = zip(*map(self.of_word, words), strict=True)
            ids = list(chain.from_iterable(by_word))
            starts = list(map(re.Match.start, WORD.finditer(text)))
            begins = np.repeat(starts, list(map(len, by_word)))
            offsets = np.fromiter(chain.from_iterable(places), int, 2 * len(ids)).reshape(-1, 2)
            offsets += begins[:, None]
        else:
            found = self.tokenizer.encode(text, add_special_tokens=False)
            ids, offsets = found.ids, np.array(found.offsets, int).reshape(-1, 2)
        inside = self.window - 2
        return Tokens([self.first, *ids[:inside], self.last], offsets[:inside])


def is_plain(text: str) -> bool:
    """Whether its words can be read one by one.

    What shows nothing, as a soft hyphen, may be left out, which joins words.
    """
    return text.replace("\n", " ").isprintable()
