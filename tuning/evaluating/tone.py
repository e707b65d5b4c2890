"""Pure: whose voice an answer has, by a naive Bayes over the presence of words and word pairs."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from math import log

FOLDS = 5
# What at least this share of a voice's answers have is its way to speak.
SHARE = 0.05
DOUBT = 0.02
# A text is judged by what stands around its facts too: where it begins and where it ends.
BEGIN, END = "^", "$"
MARK = re.compile(r"\[\d{1,3}\]")


def features(text: str) -> set[str]:
    """The words of a text and its pairs of neighbouring words, each once."""
    words = [BEGIN, *re.findall(r"\w+|[!?]", MARK.sub(" ", text).lower()), END]
    return set(words) | {f"{one} {other}" for one, other in pairwise(words)}


class Tone:
    """Tells the voices of `texts`, a list of answers by the name of each voice, apart.

    It hears what a voice says again and again; what is rare is what the answers are about.
    """

    def __init__(self, texts: Mapping[str, Sequence[str]], share: float = SHARE):
        self.rates = {name: rates(each) for name, each in texts.items()}
        self.heard = {
            one for found in self.rates.values() for one, rate in found.items() if rate >= share
        }

    def of(self, text: str) -> str:
        """The voice that the text most likely has; all are as likely beforehand."""
        held = features(text) & self.heard
        return max(self.rates, key=lambda name: self.likelihood(name, held))

    def likelihood(self, name: str, held: set[str]) -> float:
        """The logarithm of the chance of what is there and what is not, each by itself."""
        found = self.rates[name]
        # Each voice is as sure of what it has never said, however much of it was heard.
        chances = ((one, (found.get(one, 0.0) + DOUBT) / (1 + 2 * DOUBT)) for one in self.heard)
        return sum(log(chance if one in held else 1 - chance) for one, chance in chances)

    def share(self, texts: Sequence[str], name: str) -> float:
        """The share of the texts that have this voice; 0 for none."""
        return sum(self.of(text) == name for text in texts) / len(texts) if texts else 0.0


def rates(texts: Sequence[str]) -> dict[str, float]:
    """The share of the texts that have each feature."""
    counts = Counter(one for text in texts for one in features(text))
    return {one: count / len(texts) for one, count in counts.items()}


def accuracy(texts: Mapping[str, Sequence[str]]) -> float:
    """The share of the texts that a classifier tells rightly which has not seen them."""
    right = total = 0
    for fold in range(FOLDS):
        kept = {name: [t for t in each if fold_of(t) != fold] for name, each in texts.items()}
        tone = Tone(kept)
        for name, each in texts.items():
            asked = [text for text in each if fold_of(text) == fold]
            right += sum(tone.of(text) == name for text in asked)
            total += len(asked)
    return right / total if total else 0.0


def fold_of(text: str) -> int:
    return int(sha256(text.encode()).hexdigest(), 16) % FOLDS
