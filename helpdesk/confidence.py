"""How sure the desk is that the passages hold the answer, as a probability from 0 to 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from knowledge.found import Found
from knowledge.terms import coverage, terms


@dataclass(frozen=True, slots=True)
class Scale:
    """The numbers of the logistic regression, and below which confidence the desk declines.

    `passage`, `sentence` and `coverage` weigh what `features` gives, in this order.
    """

    intercept: float
    passage: float
    sentence: float
    coverage: float
    threshold: float

    @property
    def numbers(self) -> tuple[float, float, float, float]:
        return self.intercept, self.passage, self.sentence, self.coverage

    def probability(self, passage: float, sentence: float, covered: float) -> float:
        """The logistic function of the weighted sum."""
        weighted = self.passage * passage + self.sentence * sentence + self.coverage * covered
        return 1 / (1 + exp(-self.intercept - weighted))


# Fitted to answerable questions about policies against questions that these don't answer, both
# kinds weighing the same; docs/retrieval.md says how, and how it does. `manage.py calibrate` fits
# another one to a company's own questions.
SHIPPED = Scale(intercept=-10.25, passage=11.43, sentence=11.01, coverage=1.59, threshold=0.52)


def confidence(question: str, passages: Sequence[Found], scale: Scale = SHIPPED) -> float:
    """That of the best passage: its similarity, its best sentence's, and the terms it holds."""
    rows = features_of(question, passages)
    return max((scale.probability(*row) for row in rows), default=0.0)


def features_of(question: str, passages: Sequence[Found]) -> list[tuple[float, float, float]]:
    """The `features` of each passage, of neighbours that are shown as one too."""
    asked = terms(question)
    return [features(asked, one) for found in passages for one in found.alone]


def features(asked: set[str], found: Found) -> tuple[float, float, float]:
    """A passage's similarity, its best sentence's, and the share of the question's terms in it."""
    sentence = max((sentence.similarity for sentence in found.sentences), default=0.0)
    return found.similarity, sentence, coverage(asked, f"{found.headings} {found.text}")
