import numpy as np
import pytest

from helpdesk.calibration import Asked, chosen_threshold, fit
from helpdesk.confidence import SHIPPED

GENERATOR = np.random.default_rng(5)


def asked(answerable, level, count=200):
    """Questions whose passages have about these numbers."""
    rows = GENERATOR.normal(level, 0.08, (count, 2, 3)).clip(-1, 1)
    return [Asked(answerable, row) for row in rows]


EASY = [*asked(True, 0.6), *asked(False, 0.2)]
HARD = [*asked(True, 0.5), *asked(False, 0.42)]


def test_it_tells_questions_apart_that_differ():
    fitted = fit(EASY, 0.05)
    assert (fitted.answerable, fitted.unanswerable) == (200, 200)
    assert fitted.declined <= 0.01
    assert fitted.caught >= 0.99
    assert 0 < fitted.scale.threshold < 1


@pytest.mark.parametrize("most", [0.0, 0.02, 0.05, 0.2])
def test_no_more_answerable_questions_are_declined_than_was_said(most):
    assert fit(HARD, most).declined <= most


def test_to_decline_more_catches_more():
    caught = [fit(HARD, most).caught for most in (0.0, 0.05, 0.2)]
    assert caught == sorted(caught)
    assert caught[0] < caught[-1]


def test_a_handful_of_questions_moves_the_shipped_numbers_a_little():
    few = fit([*asked(True, 0.6, 3), *asked(False, 0.2, 3)], 0.05).scale
    assert np.allclose(few.numbers, SHIPPED.numbers, atol=1)
    many = fit([*asked(True, 0.9, 2000), *asked(False, 0.7, 2000)], 0.05).scale
    assert not np.allclose(many.numbers, SHIPPED.numbers, atol=1)


def test_without_unanswerable_questions_only_the_threshold_is_chosen():
    fitted = fit(asked(True, 0.4), 0.05)
    assert fitted.scale.numbers == SHIPPED.numbers
    assert 0.03 < fitted.declined <= 0.05
    assert fitted.caught == 0


@pytest.mark.parametrize(
    "questions", [[], asked(False, 0.2), [Asked(True, np.empty((0, 3)))]], ids=len
)
def test_nothing_answerable_is_told(questions):
    with pytest.raises(ValueError, match="no answerable"):
        fit(questions, 0.05)


def test_the_threshold_lies_between_two_questions():
    confidences, truth = np.array([0.1, 0.3, 0.8, 0.9]), np.array([False, False, True, True])
    assert chosen_threshold(confidences, truth, 0.0) == pytest.approx(0.55)


def test_equal_confidences_leave_a_threshold_that_declines_none():
    confidences, truth = np.array([0.5, 0.5]), np.array([True, False])
    assert chosen_threshold(confidences, truth, 0.05) < 0.5
