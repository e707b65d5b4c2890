"""Pure: pairs whose sources changed since, and pairs that not everyone may learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from tuning.preflight.items import Item, SourceDocument
from tuning.preflight.report import Finding

# Whether the facts of an item's answer stand in these versions.
Stands = Callable[[Item, list[int]], bool]


def sources(item: Item, stands: Stands) -> Iterator[Finding]:
    """What of the sources is gone, or is another text than the one that was approved."""
    there = {source.version for source in item.sources}
    for known in item.approved_on:
        if known["version"] not in there:
            told = _("“%(name)s”, on which it was approved, is not among its sources any more.")
            yield Finding("source_gone", True, told % {"name": known["name"]}, item.pk)
    if item.withheld:
        told = _("It came from a restricted collection that was deleted: delete it as well.")
        yield Finding("source_gone", True, told, item.pk)
    today = [source.today or source.version for source in item.sources]
    for source in item.sources:
        if source.today is None:
            told = _("“%(name)s” does not answer any more: it was withdrawn, or has expired.")
            yield Finding("source_gone", True, told % {"name": source.name}, item.pk)
        elif source.today != source.version and source.today_sha256 != source.sha256:
            yield changed(item, source, stands(item, today))


def changed(item: Item, source: SourceDocument, holds: bool) -> Finding:
    """A source that has a newer version, in which the facts of the answer stand, or do not."""
    told = _(
        "“%(name)s” has changed: the answer rests on version %(before)d, and version %(now)d"
        " holds its facts too. Choose that one as its source."
    )
    if not holds:
        told = _(
            "“%(name)s” has changed: version %(now)d does not hold all facts of the answer, which"
            " rests on version %(before)d. Correct it."
        )
    values = {"name": source.name, "before": source.number, "now": source.today_number}
    return Finding("source_changed", not holds, told % values, item.pk)


def rights(item: Item, groups: frozenset[int]) -> Iterator[Finding]:
    """The collections of its sources that not everybody in `groups` may read."""
    for readers in item.readers:
        if not readers.include(groups):
            told = _(
                "It rests on “%(collection)s”, which not all may read whom the adapter is for:"
                " restrict the adapter to its groups, or leave the pair out."
            )
            yield Finding("restricted", True, told % {"collection": readers.collection}, item.pk)
