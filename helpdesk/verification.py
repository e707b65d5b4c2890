"""What is checked of an answer before it is shown: its citations, sentences, conflicts, links."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from helpdesk import citations, conflicts, prompts, quotes, rendering, support
from helpdesk.confidence import SHIPPED, Scale
from helpdesk.events import Done, Quote, Sources, Support
from helpdesk.quote_markdown import render
from helpdesk.sentence_vectors import embed
from knowledge.errors import KnowledgeError

if TYPE_CHECKING:
    from knowledge.found import Found

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verified:
    """An answer as it may be shown; the fields mean what they mean in events.Done."""

    text: str
    quotes: tuple[Quote, ...] = ()
    abstained: bool = False
    confidence: float = 0.0
    support: Support = Support()
    conflict: tuple[Quote, ...] = ()
    links: tuple[str, ...] = ()


def quoted(question: str, passages: Sequence[Found], scale: Scale = SHIPPED) -> Verified:
    """The answer of the engine without a model; where two documents differ, the newer first.

    `scale` says how sure it has to be.
    """
    draft = quotes.compose(question, passages, scale)
    made = Verified(draft.text, draft.quotes, draft.abstained, draft.confidence)
    if draft.abstained:
        return made
    conflict = conflict_of(question, passages, draft.quotes)
    if conflict:
        every = conflicts.newer_first(conflict, draft.quotes)
        made = replace(made, text=render(every), quotes=every, conflict=every[:2])
    sentences = support.statements(made.text)
    return replace(made, support=Support(len(sentences)), links=known_links(made.text, passages))


def generated(
    question: str,
    text: str,
    passages: Sequence[Found],
    shown: Sequence[Found] = (),
    courtesies: str = "",
) -> Verified:
    """A model's answer, checked; without quotes where it says that it found nothing.

    `shown` is what the model's marks name, where it is not `passages`; `courtesies` may be said
    without a source. `confidence` is the share of its citations that bear out their sentence.
    """
    text, found = citations.verify(text, shown or passages)
    verified = sum(quote.verified for quote in found)
    if prompts.says_not_found(text, anywhere=not verified):
        return Verified(prompts.NOT_FOUND, abstained=True)
    confidence = verified / max(len(found), 1)
    conflict = conflict_of(question, passages, found)
    both: list[Quote] = []
    if conflict:
        found, both = conflicts.with_both(conflict, found)
    return Verified(
        text,
        found,
        confidence=confidence,
        support=support_of(text, passages, courtesies),
        conflict=tuple(both),
        links=known_links(text, passages),
    )


def stopped(question: str, text: str, sources: Sources) -> Done:
    """The end of an answer that the person has stopped: what had come of it, checked."""
    made = generated(question, text, sources.passages) if text else Verified("")
    return Done(
        text=made.text,
        quotes=made.quotes,
        engine=sources.engine,
        confidence=made.confidence,
        cut_off=True,
        stopped=True,
        support=made.support,
        conflict=made.conflict,
        links=made.links,
    )


def support_of(text: str, passages: Sequence[Found], courtesies: str = "") -> Support:
    """Which sentences the passages bear out. Without the embedding model: none is judged."""
    try:
        return support.check(text, passages, embed, support.courtesies(courtesies))
    except KnowledgeError as error:
        logger.error("The sentences of an answer could not be checked: %s", error)
        return Support()


def conflict_of(
    question: str, passages: Sequence[Found], made: Sequence[Quote]
) -> conflicts.Conflict | None:
    """The conflict that the answer with these quotes is one side of."""
    try:
        found = conflicts.find(question, passages, embed)
    except KnowledgeError as error:
        logger.error("Sentences could not be compared: %s", error)
        return None
    return found if found and conflicts.concerns(found, made) else None


def known_links(text: str, passages: Sequence[Found]) -> tuple[str, ...]:
    """The addresses that the answer links to and a passage holds: a model may make others up, or
    be talked into one that carries away what it has read."""
    addresses = rendering.addresses(text)
    if not addresses:
        return ()
    held = "\n".join(passage.text for passage in passages).casefold()
    return tuple(a for a in addresses if a.casefold().removeprefix("mailto:") in held)
