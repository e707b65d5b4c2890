"""greet | condense | curated | retrieve | answer | verify: a question becomes typed events.

Each stage is a generator. It passes on the events of the stages before it, takes the Work or the
Draft that is meant for it, and gives the next one. Together they are one LangChain Runnable.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from django.db import Error as DatabaseError
from django.utils.translation import gettext_lazy as _

from helpdesk import generation, precedence, tracing
from helpdesk.answerers import FELL_BACK, answer_from_passages
from helpdesk.database import in_thread
from helpdesk.engines import chat_model, import_client
from helpdesk.events import Done, Event, Failed, Sources, Status, Text, Turn
from helpdesk.followup import contextual_query, last_question
from helpdesk.models import Engine
from helpdesk.work import Clock, Draft, Stream, Work
from knowledge.errors import KnowledgeError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

    from helpdesk.verification import Verified
    from knowledge.embeddings import Asked

logger = logging.getLogger(__name__)

PASSAGES = 5

SEARCHING = Status(_("Searching the handbook…"))
CONDENSING = Status(_("Reading the conversation…"))
UNREACHABLE = _("The handbook can't be reached just now. Please ask again in a minute.")
UNSEARCHABLE = _("The handbook can't be searched just now. Please tell an administrator.")
NO_SOURCE = _("No sentence of this answer could be matched with a source: check it before you act.")


async def condense(stream: Stream) -> Stream:
    """Gives the work its query: the question as it can be understood without the history."""
    async for item in stream:
        if isinstance(item, Work):
            began = item.clock.elapsed()
            if item.model and item.engine.reads_history and last_question(item.history):
                yield CONDENSING
                query = await generation.stand_alone(item.model, item.question, item.history)
                item = replace(item, query=query, alone=bool(query))
                item.clock.note("condense", began)
                yield SEARCHING
            if not item.query:
                item = replace(item, query=contextual_query(item.question, item.history))
        yield item


async def retrieve(stream: Stream) -> Stream:
    """Gives the work its passages."""
    from helpdesk.retriever import HandbookRetriever

    async for item in stream:
        if isinstance(item, Work):
            began, findings = item.clock.elapsed(), []
            retriever = HandbookRetriever(
                user=item.user,
                limit=PASSAGES,
                collections=item.collections,
                history=() if item.alone else item.history,
                tell=findings.append,
                before=item.asked,
            )
            async with precedence.turn():
                documents = await retriever.ainvoke(item.query if item.alone else item.question)
            item.clock.note("search", began)
            found = tuple(document.metadata["found"] for document in documents)
            item = replace(item, passages=found, finding=findings[0])
            yield Sources(found, item.engine.label if item.model else Engine.Kind.QUOTES.value)
        yield item


async def verify(stream: Stream) -> Stream:
    """Checks a draft against the passages it was made from, and ends the answer."""
    from helpdesk import verification

    async for item in stream:
        if isinstance(item, Draft):
            work, made = item.work, item.verified
            if made is None:
                began = work.clock.elapsed()
                async with precedence.turn(last=True):
                    made = await asyncio.to_thread(
                        verification.generated,
                        work.query,
                        item.text,
                        work.passages,
                        item.shown,
                        work.engine.courtesies,
                    )
                work.clock.note("verify", began)
            item = done(item, made)
        yield item


def done(draft: Draft, made: Verified) -> Done:
    """The end of an answer; it says so where none of a model's citations could be verified."""
    work = draft.work
    unsure = not (draft.verified or made.abstained or any(q.verified for q in made.quotes))
    work.clock.note("total")
    return Done(
        text=made.text,
        quotes=made.quotes,
        abstained=made.abstained,
        engine=draft.engine,
        confidence=made.confidence,
        cut_off=draft.cut_off,
        note=str(work.note or (NO_SOURCE if unsure else "")),
        support=made.support,
        conflict=made.conflict,
        links=made.links,
        timings_ms=dict(work.clock.noted),
        replaced=draft.replaced,
        said=draft.said,
        restored=draft.restored,
        offered=work.offered,
        trace=tracing.of_answer(work, draft.engine, made.confidence),
    )


@cache
def pipeline() -> Runnable:
    """The stages, composed. Building it imports LangChain, which takes half a second."""
    from langchain_core.runnables import RunnableGenerator

    import helpdesk.retriever  # noqa: F401 - here, where no loop waits for it
    from helpdesk import greetings
    from helpdesk.curated_stage import answer_as_curated
    from helpdesk.greeting_stage import answer_greetings

    # Spelling the phrases out takes 60 ms.
    greetings.phrases()
    stages = (answer_greetings, condense, answer_as_curated, retrieve, answer_from_passages, verify)

    async def through(stream: Stream) -> Stream:
        for stage in stages:
            stream = stage(stream)
        async for item in stream:
            yield item

    # One runnable for all: one for each stage would make a task for every piece of text.
    return RunnableGenerator(through)


def warm() -> None:
    """Imports what the first question would have to wait for: a second, with a language model."""
    pipeline()
    if Engine.current().kind == Engine.Kind.OPENAI:
        import_client()


engine_of = in_thread(Engine.for_user)


async def stages() -> Runnable:
    """The pipeline, built where no loop waits for it."""
    return pipeline() if pipeline.cache_info().currsize else await asyncio.to_thread(pipeline)


async def model_of(engine: Engine) -> BaseChatModel | None:
    """The engine's chat model; None where it has none or a bad one."""
    if engine.kind != Engine.Kind.OPENAI:
        return None
    try:
        return await chat_model(engine)
    except Exception as error:
        generation.log_failure(error)
        return None


async def answer(
    question: str,
    user,
    history: Sequence[Turn] = (),
    engine: Engine | None = None,
    collections: tuple[str, ...] | None = None,
    ahead: Awaitable[Asked | None] | None = None,
) -> AsyncIterator[Event]:
    """The answer to `question` from what `user` may read, as events that end in Done or Failed.

    `history` holds the turns before it, oldest first; `engine` is by default the one that answers
    `user`; `collections` narrows what is searched to these slugs. `ahead` gives the question with
    its vector, where that was begun before.
    Closing the iterator or cancelling its task closes the connection to the language model.
    """
    clock = Clock()
    yield SEARCHING
    try:
        chain = await stages()
        engine = engine or await engine_of(user)
        model = await model_of(engine)
        note = FELL_BACK if engine.kind == Engine.Kind.OPENAI and not model else ""
        async with AsyncExitStack() as opened:
            asked = (question, user, tuple(history), engine, model, clock, opened, collections)
            work = Work(*asked, note=note, asked=await ahead if ahead else None)
            async with aclosing(chain.astream(work)) as events:
                async for event in events:
                    if isinstance(event, Text):
                        clock.note("first_token")
                    yield event
    except DatabaseError as error:
        logger.warning("The database failed: %s", type(error).__name__)
        yield Failed(str(UNREACHABLE))
    except KnowledgeError as error:
        logger.error("The search failed: %s", error)
        yield Failed(str(UNSEARCHABLE))
