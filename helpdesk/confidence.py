"""How sure the desk is that the passages hold the answer, as a probability from 0 to 1."""

from collections.abc import Sequence
from math import exp

from knowledge.found import Found
from knowledge.terms import coverage, terms

# Logistic regression over answerable questions about policies against questions they don't
# answer, both kinds weighing the same; docs/retrieval.md says how it was fitted and how it does.
INTERCEPT = -10.40
PASSAGE = 11.43
SENTENCE = 11.01
COVERAGE = 1.59
# Below it the desk says that it found nothing.
THRESHOLD = 0.5


def confidence(question: str, passages: Sequence[Found]) -> float:
    """From the best passage's similarity, the best sentence's, and the question's terms found."""
    if not passages:
        return 0.0
    asked = terms(question)
    passage = max(found.similarity for found in passages)
    sentence = max((s.similarity for found in passages for s in found.sentences), default=0.0)
    covered = max(coverage(asked, f"{found.headings} {found.text}") for found in passages)
    return 1 / (
        1 + exp(-(INTERCEPT + PASSAGE * passage + SENTENCE * sentence + COVERAGE * covered))
    )
