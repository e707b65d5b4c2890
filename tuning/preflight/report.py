"""What an examination of a set of pairs gives: findings, each of which blocks or warns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `pair` is the key of the pair, None for one about the whole set."""

    check: str
    blocking: bool
    message: str
    pair: int | None = None
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of a set, the blocking ones first, and what was counted."""

    findings: tuple[Finding, ...] = ()
    counts: dict = field(default_factory=dict)

    @classmethod
    def of(cls, findings: Sequence[Finding], counts: dict) -> Report:
        return cls(tuple(sorted(findings, key=lambda one: not one.blocking)), counts)

    @classmethod
    def from_dict(cls, kept: dict) -> Report:
        """The report that `as_dict` gave these values of."""
        rows = [Finding(**each) for each in kept.get("findings", ())]
        # JSON knows no tuples.
        found = tuple(replace(each, others=tuple(each.others)) for each in rows)
        return cls(found, kept.get("counts", {}))

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that have to be mended before a run may start; empty: it may."""
        return tuple(one for one in self.findings if one.blocking)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if not one.blocking)

    def as_dict(self) -> dict:
        """Plain values, to be kept as JSON beside a run; texts of pairs are not among them."""
        return {"counts": self.counts, "findings": [asdict(one) for one in self.findings]}
