"""Pure: pairs that are there twice, word by word or nearly, and pairs that contradict others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from helpdesk.conflicts import contradict
from helpdesk.figures import figures
from helpdesk.matching import numbers, tokens
from helpdesk.prompts import MARK, says_not_found
from tuning.preflight.items import Item
from tuning.preflight.likeness import alike, plain
from tuning.preflight.report import Finding

YES_NO = re.compile(r"(?:^|[.!?\n]\s*)(?P<word>yes|no)\b[,.:!]", re.IGNORECASE)


def check(items: Sequence[Item], same: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    """`same` are the places of two items that ask the same."""
    for one, other in same:
        first, second = items[one], items[other]
        exact = plain(first.question) == plain(second.question)
        if exact and plain(bare(first.answer)) == plain(bare(second.answer)):
            told = _("This pair is there twice: delete one.")
            yield Finding("duplicate", False, told, second.pk, (first.pk,))
        elif opposed(bare(first.answer), bare(second.answer), exact):
            told = _("Another answer to the same question gives other facts: one of them is wrong.")
            if not exact:
                told = _("Another answer to nearly the same question gives other facts.")
            yield Finding("contradiction", exact, told, second.pk, (first.pk,))
        elif alike(bare(first.answer), bare(second.answer)):
            told = _("Nearly the same pair is there already: keep both only for another wording.")
            yield Finding("near_duplicate", False, told, second.pk, (first.pk,))


def bare(answer: str) -> str:
    return MARK.sub("", answer)


def opposed(one: str, other: str, exact: bool) -> bool:
    """Whether two answers give other facts; to the very same question bare numbers count too."""
    if says_not_found(one, anywhere=True) != says_not_found(other, anywhere=True):
        return True
    if contradict(figures(one), figures(other)):
        return True
    verdicts = {match["word"].lower() for text in (one, other) if (match := YES_NO.search(text))}
    if len(verdicts) == 2:
        return True
    mine, theirs = numbers(tokens(one)), numbers(tokens(other))
    return exact and bool(mine and theirs) and mine.isdisjoint(theirs)
