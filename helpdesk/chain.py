"""condense | retrieve | answer | verify: a question becomes a stream of typed events.

Each stage is a LangChain RunnableGenerator. It passes on the events of the stages before it, takes
the Work or the Draft that is meant for it, and gives the next one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, replace
from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING, Any

from channels.db import database_sync_to_async
from django.db import Error as DatabaseError

from helpdesk import generation, prompts, tracing
from helpdesk.engines import chat_model
from helpdesk.events import Done, Event, Failed, Sources, Status, Text, Turn
from helpdesk.followup import contextual_query, last_question
from helpdesk.models import Calibration, Engine
from knowledge.errors import KnowledgeError
from knowledge.found import Found

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

    from helpdesk.confidence import Scale
    from helpdesk.finding import Finding
    from helpdesk.verification import Verified

logger = logging.getLogger(__name__)

PASSAGES = 5

SEARCHING = Status("Searching the handbook…")
CONDENSING = Status("Reading the conversation…")
UNREACHABLE = "The handbook can't be reached just now. Please ask again in a minute."
UNSEARCHABLE = "The handbook can't be searched just now. Please tell an administrator."
NO_MODEL = "The language model did not answer."
FELL_BACK = f"{NO_MODEL} These are quotes from the documents instead."
CUT_OFF = "The language model stopped in mid-answer. Ask again for the whole of it."
TOO_LONG = "The answer became too long and was cut off."
NO_SOURCE = "No sentence of this answer could be matched with a source: check it before you act."


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
    that it needs no history. `note` is what the person should know already. `finding`, `scale` and
    the checksum of the `prompt` are for who asks later why.
    """

    question: str
    user: Any
    history: Sequence[Turn]
    engine: Engine
    model: BaseChatModel | None
    clock: Clock
    collections: tuple[str, ...] | None = None
    query: str = ""
    alone: bool = False
    passages: tuple[Found, ...] = ()
    note: str = ""
    finding: Finding | None = None
    scale: Scale | None = None
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before its check; `verified` is given where it was made out of quotes."""

    text: str
    work: Work
    engine: str
    verified: Verified | None = None
    cut_off: bool = False


Stream = AsyncIterator[Event | Work | Draft]


async def condense(stream: Stream) -> Stream:
    """Gives the work its query: the question as it can be understood without the history."""
    async for item in stream:
        if isinstance(item, Work):
            began = item.clock.elapsed()
            if item.model and last_question(item.history):
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
            )
            documents = await retriever.ainvoke(item.query if item.alone else item.question)
            item.clock.note("search", began)
            found = tuple(document.metadata["found"] for document in documents)
            item = replace(item, passages=found, finding=findings[0])
            yield Sources(found, item.engine.label if item.model else Engine.Kind.QUOTES.value)
        yield item


async def answer_from_passages(stream: Stream) -> Stream:
    """Answers with the engine; with quotes where it has no model, or no passages to show it."""
    async for item in stream:
        if not isinstance(item, Work):
            yield item
        elif item.model is None or not item.passages:
            async for event in quoted(item):
                yield event
        else:
            async with aclosing(generated(item)) as events:
                async for event in events:
                    yield event


async def quoted(work: Work) -> Stream:
    """The answer of the engine that needs no model, sentence by sentence."""
    from helpdesk import verification

    scale = await current_scale()
    made = await asyncio.to_thread(verification.quoted, work.query, work.passages, scale)
    for piece in generation.sentence_pieces(made.text):
        yield Text(piece)
    if made.abstained and work.note:
        work = replace(work, note=NO_MODEL)
    kind = Engine.Kind.QUOTES
    name = work.engine.name if work.engine.kind == kind else kind.value
    yield Draft(made.text, replace(work, scale=scale), name, made)


async def generated(work: Work) -> Stream:
    """The answer of a language model, as its tokens come; quotes where none comes."""
    messages = prompts.answer_messages(work.question, work.passages, work.history)
    reply = generation.Reply()
    async with aclosing(reply.stream(work.model, messages)) as pieces:
        async for piece in pieces:
            yield Text(piece)
    if reply.text:
        note = TOO_LONG if reply.too_long else CUT_OFF if reply.cut_off else ""
        work = replace(work, note=note, prompt=tracing.checksum(messages))
        yield Draft(reply.text, work, work.engine.label, cut_off=reply.cut_off)
    else:
        async for item in quoted(replace(work, note=FELL_BACK)):
            yield item


async def verify(stream: Stream) -> Stream:
    """Checks a draft against the passages it was made from, and ends the answer."""
    from helpdesk import verification

    async for item in stream:
        if isinstance(item, Draft):
            work, made = item.work, item.verified
            if made is None:
                began = work.clock.elapsed()
                made = await asyncio.to_thread(
                    verification.generated, work.query, item.text, work.passages
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
        note=work.note or (NO_SOURCE if unsure else ""),
        support=made.support,
        conflict=made.conflict,
        links=made.links,
        timings_ms=dict(work.clock.noted),
        trace=tracing.of_answer(work, draft.engine, made.confidence),
    )


@cache
def pipeline() -> Runnable:
    """The four stages, composed. Building it imports LangChain, which takes half a second."""
    from langchain_core.runnables import RunnableGenerator

    import helpdesk.retriever  # noqa: F401 - here, where no loop waits for it

    return (
        RunnableGenerator(condense)
        | RunnableGenerator(retrieve)
        | RunnableGenerator(answer_from_passages)
        | RunnableGenerator(verify)
    )


current_engine = database_sync_to_async(Engine.current, thread_sensitive=False)
current_scale = database_sync_to_async(Calibration.current, thread_sensitive=False)


async def open_model(engine: Engine, stack: AsyncExitStack) -> BaseChatModel | None:
    """The engine's chat model, open until `stack` closes; None where it has none or a bad one."""
    if engine.kind != Engine.Kind.OPENAI:
        return None
    try:
        return await stack.enter_async_context(chat_model(engine))
    except Exception as error:
        generation.log_failure(error)
        return None


async def answer(
    question: str,
    user,
    history: Sequence[Turn] = (),
    engine: Engine | None = None,
    collections: tuple[str, ...] | None = None,
) -> AsyncIterator[Event]:
    """The answer to `question` from what `user` may read, as events that end in Done or Failed.

    `history` holds the turns before it, oldest first; `engine` is the active one by default;
    `collections` narrows what is searched to these slugs.
    Closing the iterator or cancelling its task closes the connection to the language model.
    """
    clock = Clock()
    yield SEARCHING
    async with AsyncExitStack() as stack:
        try:
            stages = await asyncio.to_thread(pipeline)
            engine = engine or await current_engine()
            model = await open_model(engine, stack)
            note = FELL_BACK if engine.kind == Engine.Kind.OPENAI and not model else ""
            work = Work(
                question, user, tuple(history), engine, model, clock, collections, note=note
            )
            async with aclosing(stages.astream(work)) as events:
                async for event in events:
                    if isinstance(event, Text):
                        clock.note("first_token")
                    yield event
        except DatabaseError as error:
            logger.warning("The database failed: %s", type(error).__name__)
            yield Failed(UNREACHABLE)
        except KnowledgeError as error:
            logger.error("The search failed: %s", error)
            yield Failed(UNSEARCHABLE)
