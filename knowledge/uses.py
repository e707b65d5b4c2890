"""What documents are used for: the apps above tell it here, for knowledge knows nothing of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Use:
    """A question that a version answered: its words, never who asked it."""

    question: str
    asked_at: datetime
    version_number: int
    page: int | None


class Source(Protocol):
    """What an app registers."""

    def uses(self, document, first: int, count: int) -> Iterable[Use]:
        """Questions that `document` answered, the last first, from `first` on."""

    def count(self, document, since: datetime | None = None) -> int:
        """How many questions `document` answered, ever or since then."""


_sources: list[Source] = []


def register(source: Source):
    """Adds an app's account of what documents are used for. For AppConfig.ready."""
    _sources.append(source)


def uses(document, first: int = 0, count: int = 50) -> list[Use]:
    """The questions that a document answered, the last first."""
    found = [use for source in _sources for use in source.uses(document, 0, first + count)]
    return sorted(found, key=lambda use: use.asked_at, reverse=True)[first : first + count]


def count(document, since: datetime | None = None) -> int:
    """How many questions a document answered, ever or since then."""
    return sum(source.count(document, since) for source in _sources)
