"""The stage of the chain that answers a message which is nothing but a courtesy, as a person would.

Nothing is sought for it, nothing is asked of a model, and nothing is embedded.
"""

from __future__ import annotations

from dataclasses import replace

from helpdesk import curated, greetings
from helpdesk.curated_stage import given
from helpdesk.database import in_thread
from helpdesk.events import Done, Sources, Text
from helpdesk.greeting_replies import ENGINE, reply
from helpdesk.work import Stream, Work

pinned = in_thread(curated.pinned)


async def answer_greetings(stream: Stream) -> Stream:
    """Ends the work where its question is a courtesy: by the curated answer that is pinned to its
    very words, else by the desk's own."""
    async for item in stream:
        greeting = greetings.recognised(item.question) if isinstance(item, Work) else None
        if greeting is None:
            yield item
        elif found := await curated_answer(item):
            async for event in given(replace(item, query=item.question), found):
                yield event
        else:
            yield Sources((), ENGINE)
            yield Text(text := reply(greeting))
            item.clock.note("total")
            yield Done(text, engine=ENGINE, timings_ms=dict(item.clock.noted))


async def curated_answer(work: Work) -> curated.Answered | None:
    """The curated answer to the courtesy, None where none is."""
    if work.collections is not None or curated.known_empty():
        return None
    return await pinned(work.question, work.user)
