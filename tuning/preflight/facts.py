"""Pure: the figures and names of an answer that none of its sources has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from helpdesk.figures import Figures, figures
from helpdesk.matching import tokens
from helpdesk.support import ADDRESS, IDENTIFIER, Known, names, statements, without_marks
from knowledge.found import Found


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


def lost(answer: str, held: Held) -> tuple[list[str], list[str]]:
    """What of an answer the sources don't have: figures and addresses; and names."""
    bare = without_marks(answer)
    hard: list[str] = []
    soft: list[str] = []
    for start, end in statements(answer):
        sentence = bare[start:end].replace("*", "").replace("`", "")
        known = set(names(sentence))
        for one in held.lost(sentence):
            (soft if one in known and not certain(one) else hard).append(one)
    return list(dict.fromkeys(hard)), list(dict.fromkeys(soft))


def certain(one: str) -> bool:
    """Whether it can be nothing but a fact: it holds a digit, or is an address."""
    return bool(ADDRESS.search(one) or IDENTIFIER.search(one) or any(c.isdigit() for c in one))


def figures_of(texts: Iterable[str]) -> bool:
    """Whether any of the texts states a figure."""
    return any(figures(text) or any(word[0].isdigit() for word in tokens(text)) for text in texts)
