"""Pure: the figures and names of an answer that none of its sources has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from django.utils.text import Truncator

from helpdesk.figures import Figures, figures
from helpdesk.matching import numbers, tokens
from helpdesk.support import ADDRESS, IDENTIFIER, Known, names, statements, without_marks
from knowledge.found import Found

# The share of a sentence's words that must stand in the passage that has its figures.
BESIDE = 0.4
SHOWN = 8


class Held(Known):
    """All that some versions say, for many answers: their figures are in one place."""

    def __init__(self, passages: Sequence[Found]):
        super().__init__(passages, embed=None)

    @cached_property
    def figures(self) -> list[Figures]:
        found = [figures(f"{one.context}\n{one.text}") for one in self.sources]
        return [
            Figures(
                tuple(dict.fromkeys(amount for one in found for amount in one.amounts)),
                tuple(dict.fromkeys(date for one in found for date in one.dates)),
                tuple(dict.fromkeys(time for one in found for time in one.times)),
            )
        ]

    def quotes(self, quoted: str) -> bool:
        """Words in quotation marks are no fact by themselves."""
        return True

    @cached_property
    def places(self) -> list[set[str]]:
        """The words of each passage, with those that it stands under."""
        return [source.words for source in self.sources]

    def apart(self, sentence: str) -> bool:
        """Whether the sentence's figures stand in no passage together with its words."""
        words = set(tokens(sentence))
        wanted = numbers(words)
        said = words - wanted
        return bool(wanted and said) and not any(
            wanted <= place and len(said & place) >= BESIDE * len(said) for place in self.places
        )


def lost(answer: str, held: Held) -> tuple[list[str], list[str]]:
    """What of an answer the sources don't have: figures and addresses; and what may be so: names,
    and sentences whose figures stand apart from what they say."""
    bare = without_marks(answer)
    hard: list[str] = []
    soft: list[str] = []
    for start, end in statements(answer):
        sentence = bare[start:end].replace("*", "").replace("`", "")
        known = set(names(sentence))
        missing = held.lost(sentence)
        for one in missing:
            (soft if one in known and not certain(one) else hard).append(one)
        if not missing and held.apart(sentence):
            soft.append(Truncator(sentence).words(SHOWN))
    return list(dict.fromkeys(hard)), list(dict.fromkeys(soft))


def certain(one: str) -> bool:
    """Whether it can be nothing but a fact: it holds a digit, or is an address."""
    return bool(ADDRESS.search(one) or IDENTIFIER.search(one) or any(c.isdigit() for c in one))


def figures_of(texts: Iterable[str]) -> bool:
    """Whether any of the texts states a figure."""
    return any(figures(text) or any(word[0].isdigit() for word in tokens(text)) for text in texts)
