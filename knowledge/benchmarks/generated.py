"""Pure: passages and questions that are spread as real ones are, as many as are asked for.

Vectors are drawn from a mixture of Gaussians: subjects, documents within a subject and passages
within a document, whose covariances add up to that of real passages. Words follow the law of Zipf
and Mandelbrot; half of them by their subject's own order.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

VOCABULARY = 30_000
PASSAGES_A_DOCUMENT = 20
DOCUMENTS_A_SUBJECT = 25
SENTENCES = 5
WORDS_A_SENTENCE = 18
# The parts of the real covariance that lie between subjects, documents and passages.
SUBJECT, DOCUMENT, PASSAGE = 0.35, 0.25, 0.4
# How far a sentence lies from its passage, and a question from the one that answers it.
SENTENCE, QUESTION = 0.5, 1.0
STOP_WORDS = "the of and to a in is that for it with as on be by at this are from or".split()
# The share of words that carry no matter, as in English, and of the others that are the subject's.
STOP_SHARE, SUBJECT_SHARE = 0.4, 0.5
MANDELBROT = 10
SYLLABLES = [first + vowel for first in "bcdfgklmnprtvz" for vowel in "aiou"]


@dataclass(slots=True)
class Generated:
    """A passage, or a question where there are no sentences; vectors are float32 of length 1."""

    document: int
    text: str
    vector: np.ndarray
    spans: list[tuple[int, int]]
    sentences: np.ndarray


class Spread:
    """How real vectors lie: their mean and the root of their covariance."""

    def __init__(self, vectors: np.ndarray):
        self.mean = vectors.mean(0)
        centred = (vectors - self.mean) / np.sqrt(max(len(vectors) - 1, 1))
        # The right singular vectors, scaled: a root of the covariance, however few there are.
        _, scale, axes = np.linalg.svd(centred, full_matrices=False)
        self.root = (scale[:, None] * axes).astype(np.float32)

    def draw(self, generator: np.random.Generator, shape: tuple, share: float) -> np.ndarray:
        """Offsets with `share` of the covariance."""
        numbers = generator.standard_normal((*shape, len(self.root)), dtype=np.float32)
        return np.float32(np.sqrt(share)) * numbers @ self.root


def words() -> np.ndarray:
    """Pronounceable words, none twice and none a stop word's."""
    count = len(SYLLABLES)
    return np.array(
        [
            SYLLABLES[n % count] + SYLLABLES[n // count % count] + SYLLABLES[n // count**2] + "x"
            for n in range(VOCABULARY)
        ]
    )


class Corpus:
    """`size` passages over the vectors of `real` ones; the same for the same seed."""

    def __init__(self, real: np.ndarray, size: int, seed: int = 1):
        self.size = size
        self.spread = Spread(real)
        self.vocabulary = words()
        weights = 1 / (np.arange(VOCABULARY) + MANDELBROT)
        self.chances = np.cumsum(weights / weights.sum())
        self.seed = seed

    @property
    def documents(self) -> int:
        return -(-self.size // PASSAGES_A_DOCUMENT)

    def passages(self) -> Iterator[Generated]:
        """All passages, document after document."""
        for document in range(self.documents):
            left = self.size - document * PASSAGES_A_DOCUMENT
            yield from self.document(document)[:left]

    def document(self, number: int) -> list[Generated]:
        """The passages of one document: the same at every call."""
        generator = np.random.default_rng((self.seed, number))
        place = self.place(number // DOCUMENTS_A_SUBJECT)
        place = place + self.spread.draw(generator, (1,), DOCUMENT)
        places = place + self.spread.draw(generator, (PASSAGES_A_DOCUMENT,), PASSAGE)
        around = self.spread.draw(generator, (PASSAGES_A_DOCUMENT, SENTENCES), SENTENCE)
        vectors, sentences = unit(places), unit(places[:, None] + around)
        count = PASSAGES_A_DOCUMENT * SENTENCES * WORDS_A_SENTENCE
        chosen = self.choose(generator, number, count)
        texts = chosen.reshape(PASSAGES_A_DOCUMENT, SENTENCES, WORDS_A_SENTENCE).tolist()
        return [
            Generated(number, text, vector, spans, own)
            for (text, spans), vector, own in zip(
                map(prose, texts), vectors, sentences, strict=True
            )
        ]

    def place(self, subject: int) -> np.ndarray:
        generator = np.random.default_rng((self.seed, 1, subject))
        return self.spread.mean + self.spread.draw(generator, (1,), SUBJECT)

    def choose(self, generator, document: int, count: int) -> np.ndarray:
        """Words of a document, in no order that means anything."""
        ranks = np.searchsorted(self.chances, generator.random(count)).clip(max=VOCABULARY - 1)
        # An odd step walks through a vocabulary of its own for each subject.
        subject = document // DOCUMENTS_A_SUBJECT
        own = (ranks * (2 * (subject % 5000) + 7) + 7919 * subject) % VOCABULARY
        ranks = np.where(generator.random(count) < SUBJECT_SHARE, own, ranks)
        fillers = generator.integers(len(STOP_WORDS), size=count)
        stopped = generator.random(count) < STOP_SHARE
        return np.where(stopped, np.array(STOP_WORDS)[fillers], self.vocabulary[ranks])

    def questions(self, count: int) -> list[Generated]:
        """Questions about passages drawn at random: near in meaning, some of their words."""
        generator = np.random.default_rng((self.seed, 2))
        return [self.question(generator) for _ in range(count)]

    def question(self, generator: np.random.Generator) -> Generated:
        passages = self.document(int(generator.integers(self.documents)))
        about = passages[int(generator.integers(len(passages)))]
        vector = unit(about.vector[None] + self.spread.draw(generator, (1,), QUESTION))[0]
        from_it = generator.choice(about.text.lower().replace(".", "").split(), 6)
        others = self.choose(generator, about.document, 3)
        text = " ".join(["what", *from_it, *others]) + "?"
        return Generated(about.document, text, vector, [], np.empty((0, vector.size)))


def prose(sentences: list[list[str]]) -> tuple[str, list[tuple[int, int]]]:
    """Lists of words as a text, and where each sentence begins and ends in it."""
    parts = [" ".join(words).capitalize() + "." for words in sentences]
    spans, start = [], 0
    for part in parts:
        spans.append((start, start + len(part)))
        start += len(part) + 1
    return " ".join(parts), spans


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
