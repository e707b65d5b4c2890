"""Pure: which questions ask the same, by their vectors and their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from helpdesk.conflicts import MEASURES
from helpdesk.matching import numbers, tokens
from helpdesk.support import NAME
from knowledge.terms import terms

# From this cosine on two questions are near. Many near ones ask different things (lunch and dinner,
# full-time and part-time), so their words are compared as well.
NEAR = 0.78
# Questions may differ in these; whether something is paid is a question of its own.
ASIDE = MEASURES - terms("paid pay")
BLOCK = 1024
# A set of nothing but copies is told by so many pairs.
MOST_PAIRS = 20_000


def plain(text: str) -> str:
    """The words of a text alone, for telling whether two are the same."""
    return " ".join(tokens(text)) or text.strip().casefold()


def near(vectors: np.ndarray, floor: float = NEAR) -> Iterator[tuple[int, int, float]]:
    """The pairs of rows, first before second, whose cosine is `floor` or more.

    `vectors` are normalised, one a row; one product a block keeps the memory small.
    """

    def found():
        for start in range(0, len(vectors), BLOCK):
            cosines = vectors[start : start + BLOCK] @ vectors[start:].T
            for row, column in np.argwhere(np.triu(cosines >= floor, 1)):
                yield start + int(row), start + int(column), float(cosines[row, column])

    return islice(found(), MOST_PAIRS)


def same_question(one: str, other: str) -> bool:
    """Whether two near questions ask the same: they have the same numbers and names, and not each
    of them has a word of meaning that the other lacks."""
    if plain(one) == plain(other):
        return True
    if numbers(tokens(one)) != numbers(tokens(other)) or named(one) != named(other):
        return False
    mine, theirs = terms(one) - ASIDE, terms(other) - ASIDE
    return not (mine - theirs and theirs - mine)


def named(text: str) -> set[str]:
    return {name.casefold() for name in NAME.findall(text)}


def alike(one: str, other: str) -> bool:
    """Whether two answers say much the same: the same figures in mostly the same words."""
    mine, theirs = set(tokens(one)), set(tokens(other))
    if numbers(mine) != numbers(theirs):
        return False
    return len(mine & theirs) >= 0.8 * max(len(mine | theirs), 1)


def same_pairs(
    questions: Sequence[str], vectors: np.ndarray, floor: float = NEAR
) -> Iterator[tuple[int, int]]:
    """The pairs of questions that ask the same, by their places."""
    for one, other, _cosine in near(vectors, floor):
        if same_question(questions[one], questions[other]):
            yield one, other
