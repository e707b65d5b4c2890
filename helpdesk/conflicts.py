"""Pure: two documents that answer one question with different figures.

Both sentences must be near to the question, and say the same but for their figures. That is
deliberately narrow: a warning that is often wrong is soon read over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from helpdesk.events import Quote
from helpdesk.figures import MONTHS, Figures, figures
from helpdesk.matching import numbers, tokens
from helpdesk.quote_markdown import header_before, is_row
from helpdesk.support import NAME
from knowledge.terms import terms

if TYPE_CHECKING:
    from helpdesk.support import Embed
    from knowledge.found import Found, Sentence

# How much farther from the question than the nearest sentence both may be, in cosines.
BEHIND = 0.12
# The share of the shorter sentence's words that the longer one must have, and how many, and the
# cosine of both.
SHARED = 0.6
AT_LEAST = 2
ALIKE = 0.7
# What a question calls a figure: a sentence need not say so to be about it.
MEASURES = terms(
    "per each every limit maximum minimum most least amount allowance rate number cost price fee"
    " date deadline period time day week month year receive entitled paid allowed given take hand"
)
# More pairs than these are not compared.
MOST_PAIRS = 40


@dataclass(frozen=True, slots=True)
class Side:
    """A sentence of a passage."""

    passage: Found
    sentence: Sentence

    @property
    def text(self) -> str:
        return self.passage.text[self.sentence.start : self.sentence.end]

    @property
    def age(self) -> tuple[str, int]:
        """Orders documents by their dates; of one day, by which came in last."""
        return self.passage.date, self.passage.version_id

    def within(self, quote: Quote) -> bool:
        same = quote.passage.passage_id == self.passage.passage_id
        return same and quote.start < self.sentence.end and quote.end > self.sentence.start

    def quote(self, number: int) -> Quote:
        return Quote(number, self.passage, self.sentence.start, self.sentence.end)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sentences that differ; the newer document's is the first."""

    newer: Side
    older: Side


def find(question: str, passages: Sequence[Found], embed: Embed) -> Conflict | None:
    """The pair of sentences, nearest to the question, of two documents that contradict each other.

    `embed` gives the normalised vectors of sentences, one a row.
    """
    pairs = [
        pair for pair, _ in zip(differing(question, passages), range(MOST_PAIRS), strict=False)
    ]
    for one, other in pairs:
        first, second = embed([one.text, other.text])
        if float(first @ second) >= ALIKE:
            newer, older = sorted((one, other), key=lambda side: side.age, reverse=True)
            return Conflict(newer, older)
    return None


def differing(question: str, passages: Sequence[Found]) -> Iterator[tuple[Side, Side]]:
    """The pairs that speak of one matter with other figures, nearest to the question first."""
    held = [(side, figures(side.text)) for side in near(passages)]
    for (one, mine), (other, theirs) in combinations([pair for pair in held if pair[1]], 2):
        apart = one.passage.document_id != other.passage.document_id
        if apart and contradict(mine, theirs) and one_matter(question, one, other):
            yield one, other


def near(passages: Sequence[Found]) -> list[Side]:
    """The sentences that come near to the question, the nearest first."""
    sides = [Side(passage, sentence) for passage in passages for sentence in passage.sentences]
    best = max((side.sentence.similarity for side in sides), default=0.0)
    kept = [side for side in sides if side.sentence.similarity >= best - BEHIND]
    return sorted(kept, key=lambda side: side.sentence.similarity, reverse=True)


def contradict(one: Figures, other: Figures) -> bool:
    """Whether both give amounts of one unit, or days, and none of one's is among the other's."""
    mine, theirs = by_unit(one), by_unit(other)
    shared = mine.keys() & theirs.keys()
    if shared:
        return all(mine[unit].isdisjoint(theirs[unit]) for unit in shared)
    dates = [a.same(b) for r in one.dates for a in r for s in other.dates for b in s]
    return bool(dates) and not any(dates)


def by_unit(found: Figures) -> dict[str, set[float]]:
    """The values of a text's amounts by their units; a number without a unit says too little."""
    kept: dict[str, set[float]] = {}
    for readings in found.amounts:
        for amount in readings:
            if amount.unit:
                kept.setdefault(amount.unit, set()).add(amount.value)
    return kept


def one_matter(question: str, one: Side, other: Side) -> bool:
    """Whether both sentences say the same but for their figures, of the same thing."""
    mine, theirs = words(one.text), words(other.text)
    fewer = min(len(mine), len(theirs))
    if len(mine & theirs) < max(AT_LEAST, SHARED * fewer):
        return False
    return not apart(question, one, other)


def words(text: str) -> set[str]:
    """The words of a sentence without its figures."""
    found = set(tokens(text))
    return found - numbers(found)


def apart(question: str, one: Side, other: Side) -> bool:
    """Whether the two speak of different things: each names what the other does not, or one alone
    what the question asks for."""
    mine, theirs = about(one), about(other)
    asked = terms(question) - MEASURES
    if (asked & mine) != (asked & theirs):
        return True
    return bool(named(one) - theirs) and bool(named(other) - mine)


def named(side: Side) -> set[str]:
    """The words of the names in a sentence; a month is no name."""
    found = (name for name in NAME.findall(side.text) if name.lower() not in MONTHS)
    return {word for name in found for word in terms(name)}


def about(side: Side) -> set[str]:
    """What a sentence speaks of: its own words and those that it stands under."""
    header = header_before(side.passage, side.sentence.start) if is_row(side.text) else ""
    return terms(f"{side.passage.title} {side.passage.headings} {header} {side.text}")


def concerns(conflict: Conflict, quotes: Sequence[Quote]) -> bool:
    """Whether an answer with these quotes stands on one side of a conflict."""
    sides = (conflict.newer, conflict.older)
    return any(quote.verified and side.within(quote) for quote in quotes for side in sides)


def with_both(conflict: Conflict, quotes: Sequence[Quote]) -> tuple[tuple[Quote, ...], list[Quote]]:
    """The quotes with both sides among them, and those of the two sides, the newer's first."""
    kept, both = list(quotes), []
    for side in (conflict.newer, conflict.older):
        quote = next((q for q in kept if q.verified and side.within(q)), None)
        if quote is None:
            quote = side.quote(len(kept) + 1)
            kept.append(quote)
        both.append(quote)
    return tuple(kept), both


def newer_first(conflict: Conflict, quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """The quotes of both sides, the newer's first, then the others; numbered in that order."""
    every, both = with_both(conflict, quotes)
    order = [*both, *(quote for quote in every if quote not in both)]
    return tuple(replace(quote, number=number) for number, quote in enumerate(order, 1))
