"""The stage of the chain that gives a curated answer to its question, before anything is sought."""

from __future__ import annotations

from dataclasses import replace

from helpdesk import curated, generation, rendering, support, verification
from helpdesk.database import in_thread
from helpdesk.events import Sources, Support, Text
from helpdesk.work import Draft, Stream, Work

ENGINE = "curated"

match = in_thread(curated.match)
whole = in_thread(curated.whole)


async def answer_as_curated(stream: Stream) -> Stream:
    """Ends the work where its question is pinned; else notes what may be offered beside.

    A question that leans on the conversation is left to the search: in other words than its own it
    would be near to the question before.
    """
    async for item in stream:
        stands_alone = isinstance(item, Work) and (item.alone or item.query == item.question)
        if stands_alone and item.collections is None and not curated.known_empty():
            began = item.clock.elapsed()
            found = await match(item.query, item.user, item.asked)
            item, answered = await chosen(item, found)
            if answered:
                item.clock.note("curated", began)
                async for event in given(item, answered):
                    yield event
                continue
        yield item


async def given(work: Work, answered: curated.Answered) -> Stream:
    """A curated answer, sentence by sentence, and the draft of it."""
    work = replace(work, note=answered.note, curated=answered.pk)
    yield Sources(tuple(quote.passage for quote in answered.quotes), ENGINE)
    for piece in generation.sentence_pieces(answered.text):
        yield Text(piece)
    yield Draft(answered.text, work, ENGINE, checked(answered))


async def chosen(work: Work, found: curated.Match) -> tuple[Work, curated.Answered | None]:
    """The curated answer that is given, None where none is; the work tells of it."""
    answered, same = found.answered, None
    if found.offered and (same := await judged(work, found.phrasing)):
        answered = await whole(found.offered, work.user)
    work = replace(work, likeness=found.similarity, judged=same, asked=found.asked or work.asked)
    return (work, answered) if answered else (replace(work, offered=found.offered), None)


async def judged(work: Work, phrasing: str) -> bool | None:
    """What the engine says of a question in other words; None where it has no model for that.

    One that is shown chosen sentences is small, and has learned to answer and nothing else.
    """
    if not (work.model and work.engine.reads_history):
        return None
    began = work.clock.elapsed()
    same = await generation.asks_same(work.model, work.query, phrasing)
    work.clock.note("judge", began)
    return same


def checked(answered: curated.Answered) -> verification.Verified:
    """A team has borne out its sentences and its links."""
    return verification.Verified(
        answered.text,
        answered.quotes,
        confidence=1.0,
        support=Support(len(support.statements(answered.text))),
        links=tuple(rendering.addresses(answered.text)),
    )
