"""How sure the desk is that the passages hold the answer, as a probability from 0 to 1."""

from collections.abc import Sequence
from math import exp

from knowledge.found import Found
from knowledge.terms import coverage, terms

# Logistic regression over answerable questions about policies against questions they don't
# answer, both kinds weighing the same; docs/retrieval.md says how it was fitted and how it does.
INTERCEPT = -10.25
PASSAGE = 11.43
SENTENCE = 11.01
COVERAGE = 1.59
# Below it the desk says that it found nothing.
THRESHOLD = 0.5


def confidence(question: str, passages: Sequence[Found]) -> float:
    """That of the best passage: its similarity, its best sentence's, and the terms it holds."""
    asked = terms(question)
    return max((probability(*features(asked, found)) for found in passages), default=0.0)


def features(asked: set[str], found: Found) -> tuple[float, float, float]:
    """A passage's similarity, its best sentence's, and the share of the question's terms in it."""
    sentence = max((sentence.similarity for sentence in found.sentences), default=0.0)
    return found.similarity, sentence, coverage(asked, f"{found.headings} {found.text}")


def probability(passage: float, sentence: float, covered: float) -> float:
    """The logistic function of the weighted sum."""
    weighted = INTERCEPT + PASSAGE * passage + SENTENCE * sentence + COVERAGE * covered
    return 1 / (1 + exp(-weighted))
