import numpy as np
import pytest

from knowledge import embeddings
from knowledge.chunking import Chunk
from knowledge.embedders.encoded import Encoded
from knowledge.errors import KnowledgeError

TEXT = "Take the train. Keep the receipt."
SENTENCES = [(0, 15), (16, 33)]


FAKE = embeddings.embedder("fake")


class Broken:
    recipe, window, dimensions = "broken", 256, 384

    def __init__(self, vector, rows=1):
        self.rows = [Encoded(vector, np.ones((1, 384), np.float32), np.array([[0, 4]]))] * rows

    def encode(self, texts, question=False):
        return self.rows


def length(vector):
    return float(np.linalg.norm(vector))


def test_a_question_has_a_normalised_vector_every_time_the_same():
    vector = embeddings.embed_question("How many days?", FAKE)
    assert vector.shape == (384,)
    assert length(vector) == pytest.approx(1, abs=1e-5)
    assert (vector == embeddings.embed_question("How many days?", FAKE)).all()
    assert length(embeddings.embed_question("!?", FAKE)) == pytest.approx(1, abs=1e-5)


def test_a_passage_has_its_own_vector_and_one_a_sentence():
    chunk = Chunk("Travel", TEXT, 1, sentences=SENTENCES)
    (found,) = embeddings.embed_passages([chunk], FAKE)
    whole = embeddings.embed_question(f"Travel\n{TEXT}", FAKE)
    train = embeddings.embed_question("Take the train", FAKE)
    assert found.sentences.shape == (2, 384)
    assert found.sentences.dtype == np.float32
    assert np.allclose(found.vector, whole)
    assert np.allclose(found.sentences[0], train, atol=1e-5)


def test_a_word_over_a_sentences_end_belongs_to_both():
    chunk = Chunk("Travel", "one two three", 1, sentences=[(0, 5), (5, 13)])
    (found,) = embeddings.embed_passages([chunk], FAKE)
    expected = [embeddings.embed_question(text, FAKE) for text in ("one two", "two three")]
    assert np.allclose(found.sentences, expected, atol=1e-5)


def test_no_passages_need_no_model():
    assert embeddings.embed_passages([], None) == []


def test_a_sentence_beyond_the_window_gets_the_passages_vector():
    text = "word " * 300 + "End."
    chunk = Chunk("", text, 1, sentences=[(0, 1499), (1500, 1504)])
    (found,) = embeddings.embed_passages([chunk], FAKE)
    assert np.allclose(found.sentences[1], found.vector)


@pytest.mark.parametrize(
    ("vector", "sentence"),
    [
        (np.ones(768), "gave 768 dimensions instead of 384"),
        (np.full(384, np.nan), "a vector that is no number"),
        (np.full(384, np.inf), "a vector that is no number"),
    ],
)
def test_a_wrong_vector_is_refused(vector, sentence):
    with pytest.raises(KnowledgeError, match=sentence):
        embeddings.embed_question("Hello", Broken(vector))
    with pytest.raises(KnowledgeError, match=sentence):
        embeddings.embed_passages([Chunk("", "Hello", 1, sentences=[(0, 5)])], Broken(vector))


@pytest.mark.parametrize("rows", [0, 2])
def test_too_few_or_too_many_vectors_are_refused(rows):
    broken = Broken(np.ones(384), rows)
    with pytest.raises(KnowledgeError, match="another number of vectors"):
        embeddings.embed_passages([Chunk("", "Hello", 1)], broken)
