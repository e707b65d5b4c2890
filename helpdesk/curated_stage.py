"""The stage of the chain that gives a curated answer to its question, before anything is sought."""

from __future__ import annotations

from dataclasses import replace

from channels.db import database_sync_to_async

from helpdesk import curated, generation, rendering, support, verification
from helpdesk.events import Sources, Support, Text
from helpdesk.work import Draft, Stream, Work

ENGINE = "curated"

match = database_sync_to_async(curated.match, thread_sensitive=False)


async def answer_as_curated(stream: Stream) -> Stream:
    """Ends the work where its question is pinned; else notes what may be offered beside.

    A question that leans on the conversation is left to the search: in other words than its own it
    would be near to the question before.
    """
    async for item in stream:
        stands_alone = isinstance(item, Work) and (item.alone or item.query == item.question)
        if stands_alone and item.collections is None:
            began = item.clock.elapsed()
            found = await match(item.query, item.user)
            if found.answered:
                item.clock.note("curated", began)
                work = replace(item, note=found.answered.note, curated=found.answered.pk)
                passages = tuple(quote.passage for quote in found.answered.quotes)
                yield Sources(passages, ENGINE)
                for piece in generation.sentence_pieces(found.answered.text):
                    yield Text(piece)
                item = Draft(found.answered.text, work, ENGINE, checked(found.answered))
            elif found.offered:
                item = replace(item, offered=found.offered)
        yield item


def checked(answered: curated.Answered) -> verification.Verified:
    """A team has borne out its sentences and its links."""
    return verification.Verified(
        answered.text,
        answered.quotes,
        confidence=1.0,
        support=Support(len(support.statements(answered.text))),
        links=tuple(rendering.addresses(answered.text)),
    )
