"""Pure: training, validation and test, so that no question's paraphrase stands in another split.

A question goes where the hash of its meaning sends it: the same into the same split of every
dataset, so that no later adapter has learned what an earlier one is tested on.
"""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

# Questions of this cosine mean the same.
SAME = 0.85
# Up to which share of all hashes a split reaches.
REACH = (("train", 0.8), ("validation", 0.9), ("test", 1.0))
BLOCK = 1000


def meanings(questions: Sequence[str], answers: Sequence[str], vectors: np.ndarray) -> list[str]:
    """For each question the hash that its paraphrases share, and whoever has the same answer."""
    parents = list(range(len(questions)))

    def root(one: int) -> int:
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        return one

    for one, other in [*near(vectors), *equal(answers)]:
        parents[root(one)] = root(other)
    names: dict[int, str] = {}
    for place, question in enumerate(questions):
        top, name = root(place), " ".join(question.lower().split())
        names[top] = min(names.get(top, name), name)
    return [sha256(names[root(i)].encode()).hexdigest() for i in range(len(questions))]


def near(vectors: np.ndarray) -> list[tuple[int, int]]:
    """The pairs of rows that mean the same."""
    found = []
    for start in range(0, len(vectors), BLOCK):
        rows, columns = np.nonzero(vectors[start : start + BLOCK] @ vectors.T >= SAME)
        found += [(start + int(r), int(c)) for r, c in zip(rows, columns, strict=True)]
    return [(one, other) for one, other in found if one < other]


def equal(answers: Sequence[str]) -> list[tuple[int, int]]:
    first: dict[str, int] = {}
    return [(place, first.setdefault(text, place)) for place, text in enumerate(answers)]


def splits(found: Sequence[str]) -> list[str]:
    """The split of each meaning; where one would be empty it gets the meaning next to it."""
    shares = {meaning: int(meaning[:12], 16) / 16**12 for meaning in set(found)}
    given = {meaning: of_share(share) for meaning, share in shares.items()}
    for name, reach in REACH:
        spare = [m for m in shares if list(given.values()).count(given[m]) > 1]
        if name not in given.values() and spare:
            given[min(spare, key=lambda m: (abs(shares[m] - reach), m))] = name
    return [given[meaning] for meaning in found]


def of_share(share: float) -> str:
    return next(name for name, reach in REACH if share < reach)
