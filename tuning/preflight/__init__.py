"""The look through a set of pairs before anything is trained.

`examine(pairs, groups)` gives a report: its blocking findings have to be mended first, the others
are for a person to look at. docs/curation.md says what each check finds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

import numpy as np
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knowledge import indexes
from knowledge.embeddings import embed_sentences, embedder
from tuning.preflight import duplicates, lengths, names, personal, standing
from tuning.preflight.facts import Held, figures_of, lost
from tuning.preflight.items import Item, items, passages
from tuning.preflight.lengths import MOST_TOKENS, CountTokens
from tuning.preflight.likeness import same_pairs
from tuning.preflight.report import Finding, Report

__all__ = ["MIN_PAIRS", "Finding", "Report", "examine"]

# A set of fewer approved pairs teaches no tone.
MIN_PAIRS = 20
# So many of what is lost are told of one answer.
MOST_TOLD = 4

Embed = Callable[[Sequence[str]], np.ndarray]


def examine(
    pairs: Iterable,
    groups: Iterable | None = None,
    *,
    least: int = MIN_PAIRS,
    count_tokens: CountTokens | None = None,
    most_tokens: int = MOST_TOKENS,
    embed: Embed | None = None,
) -> Report:
    """What stands against training on `pairs` an adapter for `groups`; None: for everyone.

    `count_tokens` is the base model's; without it lengths are estimated. `embed` gives the
    normalised vectors of questions; without it the model of the active index does.
    """
    found = items(pairs)
    readers = frozenset(group.pk for group in groups or ())
    checks = Checks(found)
    too, counted = lengths.check(found, count_tokens, most_tokens)
    findings = [
        *few(found, least),
        *alone(found),
        *(finding for item in found for finding in checks.of(item, readers)),
        *duplicates.check(found, asking_the_same(found, embed or by_the_desk)),
        *too,
    ]
    return Report.of(findings, counts(found, counted, findings))


def look_at(pair) -> list[Finding]:
    """The findings on one pair by itself, for whoever reviews it; not whom it may train."""
    (item,) = items([pair])
    checks = Checks([item])
    return [*checks.text(item), *checks.facts(item), *standing.sources(item, checks.stands)]


def few(found: Sequence[Item], least: int) -> Iterator[Finding]:
    approved = sum(one.status == "approved" for one in found)
    if approved < least:
        told = _("Approved pairs: %(approved)d. A run takes %(least)d or more.")
        yield Finding("too_few", True, told % {"approved": approved, "least": least})
    for one in found:
        if one.status != "approved":
            yield Finding("not_approved", True, _("It is not approved."), one.pk)


def alone(found: Sequence[Item]) -> Iterator[Finding]:
    if count := sum(one.alone for one in found):
        told = ngettext(
            "%(count)d pair was approved by whoever wrote it, and nobody else has looked at it.",
            "%(count)d pairs were approved by whoever wrote them, and nobody else has looked at"
            " them.",
            count,
        )
        yield Finding("approved_alone", False, told % {"count": count})


def by_the_desk(texts: Sequence[str]) -> np.ndarray:
    """Their normalised vectors by the active index's model, whichever that is by now."""
    return embed_sentences(texts, embedder(indexes.look().model))


def asking_the_same(found: Sequence[Item], embed: Embed) -> list[tuple[int, int]]:
    questions = [one.question for one in found]
    return list(same_pairs(questions, embed(questions))) if len(questions) > 1 else []


def counts(found: Sequence[Item], counted: Sequence[int], findings: Sequence[Finding]) -> dict:
    """What the report tells in numbers."""
    return {
        "pairs": len(found),
        "approved": sum(one.status == "approved" for one in found),
        "without_sources": sum(not one.sources for one in found),
        "tokens": sum(counted),
        "longest": max(counted, default=0),
        "checks": dict(Counter(one.check for one in findings)),
    }


class Checks:
    """What is looked at in one pair after the other, with the sources of all of them at hand."""

    def __init__(self, found: Sequence[Item]):
        keys = {key for one in found for s in one.sources for key in (s.version, s.today) if key}
        self.passages = passages(keys)
        users = get_user_model().objects.filter(is_active=True).exclude(last_name="")
        self.people = list(users.values_list("first_name", "last_name"))
        # Many pairs rest on the same versions, which are read once.
        self.held = cache(self._held)

    def _held(self, versions: frozenset[int]) -> Held:
        return Held([one for key in sorted(versions) for one in self.passages.get(key, [])])

    def of(self, item: Item, readers: frozenset[int]) -> Iterator[Finding]:
        yield from standing.rights(item, readers)
        yield from standing.sources(item, self.stands)
        yield from self.facts(item)
        yield from self.text(item)

    def stands(self, item: Item, versions: list[int]) -> bool:
        """Whether the facts of the answer stand in these versions."""
        hard, soft = lost(item.answer, self.held(frozenset(versions)))
        return not hard and not soft

    def facts(self, item: Item) -> Iterator[Finding]:
        """The facts that the answer's sources don't hold."""
        if not item.sources:
            if figures_of([item.answer]):
                told = _("It states figures and names no source: nobody can check them.")
                yield Finding("no_source", False, told, item.pk)
            return
        held = self.held(frozenset(s.version for s in item.sources))
        hard, soft = lost(without_personal(item.answer, held.text), held)
        if hard:
            told = _("Not in its sources: %(lost)s.") % {"lost": listed(hard)}
            yield Finding("unsupported", True, told, item.pk)
        if soft:
            told = _("Perhaps not in its sources: %(lost)s.") % {"lost": listed(soft)}
            yield Finding("unsupported", False, told, item.pk)

    def text(self, item: Item) -> Iterator[Finding]:
        """What tells of a person."""
        known = self.held(frozenset(s.version for s in item.sources)).text if item.sources else ""
        text = f"{item.question}\n\n{item.answer}"
        for hit in [*personal.find(text, known), *names.find(text, self.people, known)]:
            told = _("Personal data: %(kind)s (%(masked)s).")
            if not hit.sure:
                told = _("Perhaps personal data: %(kind)s (%(masked)s).")
            values = {"kind": _(hit.kind), "masked": hit.masked}
            yield Finding("personal", hit.sure, told % values, item.pk)


def without_personal(answer: str, known: str) -> str:
    """The answer without what tells of a person: that is a finding of its own, and not repeated."""
    for hit in personal.find(answer, known):
        answer = answer.replace(hit.said, " ")
    return answer


def listed(found: Sequence[str]) -> str:
    more = " …" if len(found) > MOST_TOLD else ""
    return ", ".join(f"“{one}”" for one in found[:MOST_TOLD]) + more
