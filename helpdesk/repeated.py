"""Pure: a sentence that a model was given to repeat, and how near another text comes to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from knowledge import sentences

# Of the neighbouring words of a slip, this share are neighbours in the line that it was to be, and
# this where it begins as the line goes on; there are so many of them at least. What says less, or
# something else, is no slip.
NEAR, NEAR_BEGUN, PAIRS = 0.8, 0.6, 4
# What comes before a sentence that is said to the letter leads in to it where it says less of it.
LEADS_IN = 0.5

# What is compared: words and signs, without emphasis.
SIGN = re.compile(r"\w+|[^\w\s*`]")
WORD = re.compile(r"\w+")


class Line:
    """A sentence that is to be repeated: it may be several, or a table's row."""

    def __init__(self, number: int, text: str):
        self.number, self.text = number, text
        found = list(SIGN.finditer(text))
        self.signs = [sign.group() for sign in found]
        self.starts = [sign.start() for sign in found]
        self.pairs = frozenset(pairs(text))

    def begins(self, signs: Sequence[str]) -> bool:
        return self.signs[: len(signs)] == signs

    def share(self, text: str) -> float:
        """Of the neighbouring words of `text`, the share that are neighbours here; 0 of few."""
        said = pairs(text)
        return sum(p in self.pairs for p in said) / len(said) if len(said) >= PAIRS else 0.0

    def slipped(self, told: Sequence[str], text: str) -> bool:
        """Whether `text`, behind what was told of this line, was to be the rest of it."""
        first = SIGN.findall(text)[:PAIRS]
        begun = self.signs[len(told) : len(told) + PAIRS] == first
        return self.begins(told) and self.share(text) >= (NEAR_BEGUN if begun else NEAR)

    def led_in(self, told: Sequence[str], signs: list[str]) -> list[str]:
        """The next sentence where `signs` end with it, behind words of another's; else nothing."""
        sentence = self.next_sentence(told) if self.begins(told) else []
        before, end = signs[: -len(sentence)], signs[-len(sentence) :]
        whole = len(sentence) >= PAIRS and same(end, sentence)
        return sentence if whole and self.share(" ".join(before)) < LEADS_IN else []

    def after(self, signs: Sequence[str]) -> str:
        """What is still to be said of it, with its mark."""
        return f"{self.rest(signs)} [{self.number}]".lstrip()

    def rest(self, signs: Sequence[str]) -> str:
        if not signs:
            return self.text
        return self.text[self.starts[len(signs)] :] if len(signs) < len(self.signs) else ""

    def next_sentence(self, signs: Sequence[str]) -> list[str]:
        """The signs of the sentence that comes after `signs`."""
        rest = self.rest(signs)
        spans = sentences.split(rest)
        return SIGN.findall(rest[slice(*spans[0])]) if spans else []


def pairs(text: str) -> list[tuple[str, str]]:
    return list(pairwise(WORD.findall(text.casefold())))


def same(signs: Sequence[str], others: Sequence[str]) -> bool:
    """Whether the signs are the same, in whatever case."""
    return [sign.casefold() for sign in signs] == [other.casefold() for other in others]
