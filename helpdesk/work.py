"""A question on its way through the chain, and the answer before its check."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from helpdesk.events import Event, Turn
from helpdesk.models import Engine
from knowledge.found import Found

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from helpdesk.confidence import Scale
    from helpdesk.finding import Finding
    from helpdesk.verification import Verified
    from knowledge.embeddings import Asked


class Clock:
    """Milliseconds since the question, noted under the names of the stages."""

    def __init__(self):
        self.start = perf_counter()
        self.noted: dict[str, float] = {}

    def elapsed(self) -> float:
        return round((perf_counter() - self.start) * 1000, 1)

    def note(self, name: str, since: float = 0.0):
        """Notes the time since `since`; the first time counts."""
        self.noted.setdefault(name, round(self.elapsed() - since, 1))


@dataclass(frozen=True, slots=True)
class Work:
    """A question on its way to an answer; `model` is None where none is there to be asked.

    `query` is the question with what it refers to; `alone` says that a model has written it so
    that it needs no history. `opened` closes with the answer. `note` is what the person should
    know already. `finding`, `scale` and the checksum of the `prompt` are for who asks later why,
    with the places of the `sentences` that it holds. `curated` is the curated answer that answers,
    `offered` one to a question like it; `likeness` is how like, and `judged` what the model said
    whether both ask the same, None where it was not asked. `asked` is the query with its vector,
    where it was embedded already.
    """

    question: str
    user: Any
    history: Sequence[Turn]
    engine: Engine
    model: BaseChatModel | None
    clock: Clock
    opened: AsyncExitStack
    collections: tuple[str, ...] | None = None
    query: str = ""
    alone: bool = False
    passages: tuple[Found, ...] = ()
    note: str = ""
    finding: Finding | None = None
    scale: Scale | None = None
    prompt: str = ""
    sentences: tuple[tuple[int, int, int], ...] = ()
    curated: int | None = None
    offered: int | None = None
    likeness: float = 0.0
    judged: bool | None = None
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before its check; `verified` is given where it was made out of quotes.

    `shown` is what the model's marks name; `replaced` says that the quotes stand for its answer,
    and `said` what that was up to where it strayed. `restored` counts the sentences that were set
    to the letter of their source.
    """

    text: str
    work: Work
    engine: str
    verified: Verified | None = None
    cut_off: bool = False
    shown: tuple[Found, ...] = ()
    replaced: bool = False
    said: str = ""
    restored: int = 0


Stream = AsyncIterator[Event | Work | Draft]
