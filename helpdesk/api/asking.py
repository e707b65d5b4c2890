"""One question of a tool on its way through the chain, in a task of its own."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from contextvars import Context

from asgiref.sync import ThreadSensitiveContext
from channels.db import database_sync_to_async
from django.db import Error as DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk import chain, records
from helpdesk.api import callers
from helpdesk.api.callers import Caller
from helpdesk.api.errors import ApiError
from helpdesk.api.reading import Asked
from helpdesk.asking import begin
from helpdesk.errors import HelpdeskError
from helpdesk.events import Done, Event, Failed, Sources
from helpdesk.greeting_replies import without
from helpdesk.line import Place, line
from helpdesk.models import ApiCall, Message
from helpdesk.models.keys import BEAT
from helpdesk.records import Job
from knowledge import embeddings, indexes
from knowledge.errors import KnowledgeError

logger = logging.getLogger(__name__)

# Seconds for one answer, at most.
LONGEST = 600
BROKEN = gettext_lazy("Something went wrong while answering. Ask again in a moment.")


async def let_in(asked: Asked, caller: Caller) -> "Asking":
    """Begins to answer, when its turn comes.

    Raises ApiError where too many people wait already, or where the caller may not ask now.
    """
    try:
        line.check()
    except HelpdeskError:
        message = _(
            "Too many questions are waiting to be answered just now. Ask again in a minute."
        )
        raise ApiError(503, message, "overloaded", retry_after=20) from None
    place = line.join(lambda number: None)
    try:
        call = await callers.admit(caller)
    except BaseException:
        line.leave(place)
        raise
    return Asking(asked, caller, call, place)


class Asking:
    """The chain's events for one request. Closing it ends the request to the language model."""

    def __init__(self, asked: Asked, caller: Caller, call: int, place: Place):
        self.asked, self.caller, self.call, self.place = asked, caller, call, place
        self.waiting: asyncio.Queue[Event] = asyncio.Queue()
        self.versions: list[int] = []
        self.end: Done | Failed | None = None
        # The stages keep what they open in the task that runs them, whoever reads what comes.
        self.task = asyncio.create_task(self.run(), context=Context())
        # Also of a task that is cancelled before it begins.
        self.task.add_done_callback(lambda task: line.leave(self.place))

    async def run(self) -> None:
        """From the first event to the last; then the question is counted."""
        alive = asyncio.create_task(self.beat())
        async with ThreadSensitiveContext():
            try:
                await self.place.turn.wait()
                async with asyncio.timeout(LONGEST):
                    await self.follow()
            except Exception as error:
                # Its message may hold text of the person or of a document.
                frames = "".join(traceback.format_tb(error.__traceback__))
                logger.error("Answering failed: %s\n%s", type(error).__name__, frames)
                self.put(Failed(str(BROKEN)))
            finally:
                alive.cancel()
                await noted(self.call, self.end)

    async def beat(self) -> None:
        """Tells that this process lives, so that the person's place stays taken."""
        while True:
            await asyncio.sleep(BEAT)
            with suppress(DatabaseError):
                await going_on(self.call)

    async def follow(self) -> None:
        asked, caller = self.asked, self.caller
        history = tuple(without(asked.history))
        events = chain.answer(asked.question, caller.user, history, collections=caller.scope)
        async with aclosing(events):
            async for event in events:
                self.put(event)

    def put(self, event: Event) -> None:
        match event:
            case Sources(passages):
                self.versions = sorted({passage.version_id for passage in passages})
            case Done() | Failed():
                self.end = event
        self.waiting.put_nowait(event)

    async def events(self) -> AsyncIterator[Event]:
        """Every event in order, up to Done or Failed."""
        while True:
            event = await self.waiting.get()
            yield event
            if isinstance(event, Done | Failed):
                return

    async def found(self) -> None:
        """Waits until the passages are there. Raises ApiError where the desk can't answer now."""
        async for event in self.events():
            if isinstance(event, Failed):
                raise unavailable(event)
            if isinstance(event, Sources):
                return

    async def whole(self) -> Done:
        """The end of the answer. Raises ApiError as `found` does."""
        async for event in self.events():
            if isinstance(event, Failed):
                raise unavailable(event)
            if isinstance(event, Done):
                return event
        raise AssertionError("The chain ended without an end.")

    def close(self) -> None:
        """Ends it early; one that has come to its end is left to be counted."""
        if self.end is None:
            self.task.cancel()


def unavailable(end: Failed) -> ApiError:
    """The refusal of a question whose answer failed: by the desk's own fault, or what it needs."""
    return ApiError(500 if end.message == BROKEN else 503, end.message, "unavailable")


async def noted(call: int, end: Done | Failed | None) -> None:
    """Notes what became of the question; a database that is away costs the answer nothing."""
    outcome = ApiCall.Outcome.CUT_OFF
    if isinstance(end, Failed):
        outcome = ApiCall.Outcome.FAILED
    elif end and not end.cut_off:
        outcome = ApiCall.Outcome.DECLINED if end.abstained else ApiCall.Outcome.ANSWERED
    told = {"engine": end.engine, "timings_ms": end.timings_ms} if isinstance(end, Done) else {}
    try:
        await database_sync_to_async(ApiCall.objects.filter(pk=call).update)(
            outcome=outcome, **told
        )
    except DatabaseError as error:
        logger.error("A question could not be counted: %s", type(error).__name__)


# A thread of its own: a slow answer does not make its process look dead.
going_on = database_sync_to_async(ApiCall.objects.going_on, thread_sensitive=False)


@database_sync_to_async
def kept(asking: Asking) -> str:
    """Puts question and answer among the person's conversations; gives the conversation's path."""
    question, end = asking.asked.question, asking.end
    pk = begin(question, asking.caller.user)
    rows = Message.objects
    asked = rows.create(conversation_id=pk, role=Message.Role.USER, text=question)
    answer = rows.create(conversation_id=pk, role=Message.Role.ASSISTANT)
    records.finish(Job(pk, asked.pk, answer.pk, question, ()), end, end.text, asking.versions)
    return answer.conversation.get_absolute_url()


def counted(asked: Asked, end: Done) -> dict:
    """The usage, by the tokenizer of the desk's own embedding model. Loads it: not in the loop.

    What the desk puts between is not counted: it is not the caller's.
    """
    try:
        count = embeddings.embedder(indexes.active().model).count_tokens
        sent = sum(count(text) for text in [asked.question, *(t.text for t in asked.history)])
        got = count(end.text)
    except KnowledgeError:
        sent = got = 0
    return {"prompt_tokens": sent, "completion_tokens": got, "total_tokens": sent + got}
