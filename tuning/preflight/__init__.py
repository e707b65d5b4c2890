"""The look through a set of pairs before anything is trained.

`examine(pairs, groups)` gives a report: its blocking findings have to be mended first, the others
are for a person to look at. docs/curation.md says what each check finds.
"""

from __future__ import annotations

from collections.abc import Iterable

from tuning.preflight.items import items
from tuning.preflight.report import Finding, Report

__all__ = ["MIN_PAIRS", "Finding", "Report", "examine"]

# A set of fewer approved pairs teaches no tone.
MIN_PAIRS = 20


def examine(pairs: Iterable, groups: Iterable | None = None, least: int = MIN_PAIRS) -> Report:
    """What stands against training on `pairs` an adapter for `groups`, None for everyone."""
    found = items(pairs)
    approved = sum(one.status == "approved" for one in found)
    findings = []
    if approved < least:
        told = f"There are {approved} approved pairs: a run takes {least} or more."
        findings.append(Finding("too_few", True, told))
    return Report.of(findings, {"pairs": len(found), "approved": approved})
