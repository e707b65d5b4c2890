"""Pure: the candidates of a search, ranked anew by the question's words, the rare ones first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log

from knowledge.found import Found
from knowledge.terms import kept_stems, stems

# So many candidates are ranked anew: more of them change nothing.
RERANKED = 20
# Beside the fused score: the share of the question's words in a passage's best sentence, and the
# share of its pairs of neighbouring words that stand together in the passage.
SENTENCE_COVERAGE = 0.5
PAIRS = 0.3


@dataclass(frozen=True, slots=True)
class Held:
    """What of the question a candidate holds: the words by sentence, and how many of the pairs."""

    sentences: list[set[str]]
    pairs: int

    @property
    def words(self) -> set[str]:
        return set().union(*self.sentences)


def reranked(question: str, candidates: Sequence[Found], limit: int) -> list[Found]:
    """The `limit` best candidates with their new scores, the best first."""
    asked = stems(question)
    words, pairs = set(asked), set(pairwise(asked))
    held = [held_by(found, words, pairs) for found in candidates]
    weights = rarity(words, held)
    scores = [
        found.score
        + SENTENCE_COVERAGE * max(share(weights, sentence) for sentence in one.sentences)
        + PAIRS * one.pairs / max(len(pairs), 1)
        for found, one in zip(candidates, held, strict=True)
    ]
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], candidates[i].passage_id))
    return [
        replace(candidates[i], score=scores[i], added=scores[i] - candidates[i].score)
        for i in order[:limit]
    ]


def held_by(found: Found, words: set[str], pairs: set[tuple[str, str]]) -> Held:
    """A sentence stands under the headings before it, and a row of a table under its header."""
    under, sentences, text = words.intersection(kept_stems(found.headings)), [], []
    place = 0
    for sentence in found.sentences:
        under = under.union(words.intersection(kept_stems(found.text[place : sentence.start])))
        own = kept_stems(found.text[sentence.start : sentence.end])
        sentences.append(under.union(words.intersection(own)))
        text += own
        place = sentence.end
    return Held(sentences or [under], len(pairs.intersection(pairwise(text))))


def rarity(words: set[str], candidates: Sequence[Held]) -> dict[str, float]:
    """How much each word tells the candidates apart: log(1 + all / (1 + those that hold it))."""
    count = Counter(word for held in candidates for word in held.words)
    return {word: log(1 + len(candidates) / (1 + count[word])) for word in words}


def share(weights: dict[str, float], held: set[str]) -> float:
    """The share of the question's words that are held, by their weights, from 0 to 1."""
    total = sum(weights.values())
    return sum(weights[word] for word in held) / total if total else 0.0
