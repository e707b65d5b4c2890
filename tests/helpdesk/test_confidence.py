from helpdesk.confidence import SHIPPED, confidence
from knowledge.found import Sentence
from tests.helpdesk.answers import LEAVE, QUESTION, found


def passage(similarity):
    return found(similarity=similarity, sentences=(Sentence(0, 60, similarity),))


def test_without_a_passage_the_desk_is_not_confident_at_all():
    assert confidence(QUESTION, []) == 0.0


def test_a_near_passage_with_the_questions_words_passes_the_threshold():
    assert confidence(QUESTION, [passage(0.7)]) > SHIPPED.threshold


def test_a_far_passage_stays_below_it():
    assert confidence("Who won the cup?", [passage(0.15)]) < SHIPPED.threshold


def test_the_best_passage_decides():
    both = confidence(QUESTION, [passage(0.1), passage(0.7)])
    assert both == confidence(QUESTION, [passage(0.7)])


def test_confidence_is_a_probability():
    values = [confidence(LEAVE, [passage(n / 10)]) for n in range(-10, 11)]
    assert values == sorted(values)
    assert 0 <= values[0] < values[-1] <= 1
