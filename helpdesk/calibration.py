"""Pure: the confidence fitted to questions of which it is known whether they are answerable.

Logistic regression by Newton's method. Both kinds of questions weigh the same, and the numbers are
held near the shipped ones, so that a few dozen questions move them a little and thousands freely.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from helpdesk.confidence import SHIPPED, Scale

STEPS = 30
# How strongly the numbers are held: the weight of the squared distance, where a question weighs 1.
HOLD = 1.0
# A question's best passage is chosen by the numbers, which change with what is chosen.
ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and for each passage found the three numbers of `confidence.features`."""

    answerable: bool
    features: np.ndarray


@dataclass(frozen=True, slots=True)
class Fitted:
    """A scale, and how it does on the questions that it was fitted to, as shares from 0 to 1."""

    scale: Scale
    answerable: int
    unanswerable: int
    declined: float
    caught: float


def fit(asked: Sequence[Asked], max_declined: float) -> Fitted:
    """The scale that tells best, and declines at most `max_declined` of the answerable questions.

    Where every question is answerable, only the threshold is chosen. Raises ValueError for none
    that is answerable and has passages.
    """
    asked = [one for one in asked if len(one.features)]
    truth = np.array([one.answerable for one in asked], dtype=bool)
    if not truth.any():
        raise ValueError("no answerable question finds a passage")
    numbers = np.array(SHIPPED.numbers)
    for _ in range(ROUNDS if not truth.all() else 0):
        numbers = newton(best(asked, numbers), truth, numbers)
    confidences = probability(best(asked, numbers) @ numbers)
    threshold = chosen_threshold(confidences, truth, max_declined)
    declined = confidences < threshold
    return Fitted(
        scale=Scale(*map(float, numbers), threshold),
        answerable=int(truth.sum()),
        unanswerable=int((~truth).sum()),
        declined=float(declined[truth].mean()),
        caught=float(declined[~truth].mean()) if not truth.all() else 0.0,
    )


def best(asked: Sequence[Asked], numbers: np.ndarray) -> np.ndarray:
    """One row a question: 1 and the features of its best passage."""
    rows = []
    for one in asked:
        features = np.column_stack([np.ones(len(one.features)), one.features])
        rows.append(features[np.argmax(features @ numbers)])
    return np.array(rows)


def newton(features: np.ndarray, truth: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """The numbers of the greatest likelihood, held near the shipped ones."""
    shipped, signs = np.array(SHIPPED.numbers), np.where(truth, 1.0, -1.0)
    weights = np.where(truth, 0.5 / truth.mean(), 0.5 / (1 - truth.mean()))

    def loss(at):
        unlikely = weights @ np.logaddexp(0, -signs * (features @ at))
        return unlikely + HOLD / 2 * ((at - shipped) ** 2).sum()

    for _ in range(STEPS):
        likely = probability(features @ numbers)
        gradient = features.T @ (weights * (likely - truth)) + HOLD * (numbers - shipped)
        curvature = (features * (weights * likely * (1 - likely))[:, None]).T @ features
        step = np.linalg.solve(curvature + HOLD * np.eye(len(numbers)), gradient)
        # A whole step may overshoot: the loss is convex, so a shorter one goes down.
        while loss(numbers - step) > loss(numbers) and np.abs(step).max() > 1e-6:
            step /= 2
        numbers = numbers - step
    return numbers


def probability(scores: np.ndarray) -> np.ndarray:
    """The logistic function, safe for scores of any size."""
    return np.exp(-np.logaddexp(0, -scores))


def chosen_threshold(confidences: np.ndarray, truth: np.ndarray, max_declined: float) -> float:
    """Where the balanced accuracy is greatest, of the thresholds that decline few enough.

    It lies in the middle between two questions. Where all are answerable, the highest is taken.
    """
    values = np.unique(confidences)
    candidates = np.concatenate([[values[0] / 2], (values[:-1] + values[1:]) / 2])
    declined = np.array([(confidences[truth] < one).mean() for one in candidates])
    allowed = candidates[declined <= max_declined]
    if truth.all():
        return float(allowed[-1])
    caught = np.array([(confidences[~truth] < one).mean() for one in allowed])
    return float(allowed[np.argmax(caught - declined[: len(allowed)])])
