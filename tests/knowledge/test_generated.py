import numpy as np
import pytest

from knowledge.benchmarks.generated import PASSAGES_A_DOCUMENT, Corpus

REAL = np.random.default_rng(3).standard_normal((300, 32)).astype(np.float32) / np.arange(1, 33)


@pytest.fixture(scope="module")
def corpus():
    return Corpus(REAL + 0.05, 505)


@pytest.fixture(scope="module")
def passages(corpus):
    return list(corpus.passages())


def test_as_many_passages_as_asked_for_come_the_same_each_time(corpus, passages):
    assert len(passages) == corpus.size
    assert [each.document for each in passages[::PASSAGES_A_DOCUMENT]] == list(range(26))
    again = Corpus(REAL + 0.05, 505).document(7)
    assert [each.text for each in again] == [each.text for each in passages[140:160]]
    assert np.array_equal(again[3].vector, passages[143].vector)


def test_vectors_have_length_one_and_lie_in_clusters(passages):
    vectors = np.array([each.vector for each in passages])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    near = (vectors[0:20] @ vectors[0:20].T).mean()
    far = (vectors[0:20] @ vectors[500:505].T).mean()
    assert near > far + 0.1
    assert np.allclose(np.linalg.norm(passages[0].sentences, axis=1), 1, atol=1e-5)


def test_sentences_stand_where_they_are_said_to(passages):
    first = passages[0]
    parts = [first.text[start:end] for start, end in first.spans]
    assert " ".join(parts) == first.text
    assert all(part[0].isupper() and part.endswith(".") for part in parts)


def test_words_are_as_unequal_as_real_ones(passages):
    held = [set(each.text.lower().replace(".", "").split()) for each in passages]
    count = {word: sum(word in one for one in held) for word in set().union(*held)}
    shares = sorted((number / len(passages) for number in count.values()), reverse=True)
    assert shares[0] > 0.5
    assert np.median(shares) < 0.02


def test_a_question_is_near_its_passage_and_has_words_of_it(corpus, passages):
    for question in corpus.questions(20):
        about = [each for each in passages if each.document == question.document]
        nearest = max(about or corpus.document(question.document), key=similarity(question))
        assert similarity(question)(nearest) > 0.3
        assert len(set(question.text[:-1].split()) & set(nearest.text.lower().split())) >= 1


def similarity(question):
    return lambda each: float(each.vector @ question.vector)
