"""Pure: pairs too short to teach anything, and such that would be cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.utils.translation import gettext as _

from tuning.preflight.items import Item
from tuning.preflight.report import Finding

# Gives the number of tokens of each text, as the base model's tokenizer cuts them.
CountTokens = Callable[[Sequence[str]], list[int]]
# A question and an answer of more tokens leave no room for the passages.
MOST_TOKENS = 1024
FEWEST_WORDS = 3
# Characters a token, where no tokenizer is there: text of Europe has about four.
CHARACTERS = 4


def estimate(texts: Sequence[str]) -> list[int]:
    return [-(-len(text) // CHARACTERS) for text in texts]


def check(
    items: Sequence[Item], count: CountTokens | None, most: int
) -> tuple[list[Finding], list[int]]:
    """The findings, and the length of each pair in tokens."""
    counted = count or estimate
    texts = zip(
        counted([one.question for one in items]),
        counted([one.answer for one in items]),
        strict=True,
    )
    lengths = [question + answer for question, answer in texts]
    return list(findings(items, lengths, most)), lengths


def findings(items: Sequence[Item], lengths: Sequence[int], most: int) -> Iterator[Finding]:
    for item, length in zip(items, lengths, strict=True):
        if length > most:
            told = _("It has %(length)d tokens and would be cut off at %(most)d: shorten it.")
            yield Finding("too_long", True, told % {"length": length, "most": most}, item.pk)
        if not item.question.strip() or not item.answer.strip():
            yield Finding("empty", True, _("The question or the answer is empty."), item.pk)
        elif len(item.answer.split()) < FEWEST_WORDS:
            told = _("The answer has hardly any words: it shows no tone.")
            yield Finding("too_short", False, told, item.pk)
