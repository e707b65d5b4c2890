"""Runs the chain for one question in a task of its own: saves, publishes, outlives the socket."""

import asyncio
import logging
import traceback
from contextvars import Context

import django.db
from asgiref.sync import ThreadSensitiveContext
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from helpdesk import chain, records, thread
from helpdesk.errors import HelpdeskError
from helpdesk.events import Done, Failed, Sources, Status, Text
from helpdesk.records import BEAT, Job

logger = logging.getLogger(__name__)

# Seconds between two pictures of a running answer, between two savings of its text, and at most.
SHOW_EVERY = 0.07
SAVE_EVERY = 0.5
LONGEST = 600
# A picture of a long answer costs more, and is read more slowly.
LONG_CHARS, SHOW_LONG_EVERY = 4000, 0.2
# Seconds before each try to keep an answer while the database is away.
TRIES = (0, 1, 2, 3, 5, 5, 10, 10, 20, 30, 30)

BROKEN = (
    "Something went wrong while answering. Ask again; if it happens again, tell your help desk."
)
UNSAVED = "The database can't be reached, so this answer is not saved yet. Trying again…"
LOST = "The database was away for too long: this answer could not be saved. Ask again."
UNREACHABLE = "The database can't be reached just now. Send your question again in a moment."

# Keeps the tasks alive, and tells a socket that connects later what has come so far.
_running: dict[int, "Answer"] = {}


def group(conversation_id: int) -> str:
    """The channel layer's group of a conversation."""
    return f"conversation_{conversation_id}"


async def start(conversation_id: int | None, question: str, user) -> int:
    """Saves the question, begins to answer it, and gives the conversation, a new one for None.

    Raises HelpdeskError with a sentence where the question can't be taken now.
    """
    try:
        ask = database_sync_to_async(records.ask, thread_sensitive=False)
        job = await ask(conversation_id, question, user)
    except django.db.Error as error:
        logger.error("A question could not be saved: %s", type(error).__name__)
        raise HelpdeskError(UNREACHABLE) from error
    answer = _running[job.answer_id] = Answer(job, user)
    records.making.add(job.answer_id)
    # A blank context: the one of a request or a socket ends before the answer does.
    answer.task = asyncio.create_task(answer.run(), context=Context())
    return job.conversation_id


def picture(answer_id: int) -> tuple[int, str] | None:
    """What has come of an answer that this process makes: its number of characters, a fragment."""
    answer = _running.get(answer_id)
    return (len(answer.text), answer.picture()) if answer else None


class Answer:
    """One answer in the making."""

    def __init__(self, job: Job, user):
        self.job, self.user = job, user
        self.text, self.status, self.trouble = "", chain.SEARCHING.text, ""
        # Those whose passages the answerer has been shown.
        self.versions: list[int] = []
        self.changed = asyncio.Event()
        self.task: asyncio.Task | None = None

    async def run(self) -> None:
        """From the first status to the end that is saved; nothing but a cancellation passes."""
        try:
            async with ThreadSensitiveContext():
                try:
                    await self.publish("begun", thread.begun(self.job, self.status))
                    end = await self.helped(self.follow())
                except asyncio.CancelledError:
                    await self.settle(Done(self.text, engine="", cut_off=True), TRIES[:1])
                    raise
                await self.settle(end)
        finally:
            _running.pop(self.job.answer_id, None)
            records.making.discard(self.job.answer_id)

    async def helped(self, following) -> Done | Failed:
        """Shows and keeps what comes while `following` gathers it."""
        helpers = [asyncio.create_task(self.show()), asyncio.create_task(self.keep())]
        try:
            async with asyncio.timeout(LONGEST):
                return await following
        except TimeoutError:
            return Done(self.text, engine="", cut_off=True)
        except Exception as error:
            # Its message may hold text of the person or of a document.
            frames = "".join(traceback.format_tb(error.__traceback__))
            logger.error("Answering failed: %s\n%s", type(error).__name__, frames)
            return Failed(BROKEN)
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)

    async def follow(self) -> Done | Failed:
        """Takes in the chain's events; gives the last."""
        async for event in chain.answer(self.job.question, self.user, self.job.history):
            match event:
                case Text(delta):
                    self.text += delta
                case Status(text):
                    self.status = text
                case Sources(passages):
                    self.versions = sorted({passage.version_id for passage in passages})
                case Done() | Failed():
                    return event
            self.changed.set()
        return Failed(BROKEN)

    async def show(self) -> None:
        """Publishes what has come, at a pace that an eye can follow."""
        while True:
            await self.changed.wait()
            self.changed.clear()
            await self.publish("changed", self.picture())
            long = len(self.text) > LONG_CHARS
            await asyncio.sleep(SHOW_LONG_EVERY if long else SHOW_EVERY)

    async def keep(self) -> None:
        """Saves what has come; without anything new, tells now and then that the answer goes on."""
        kept, silent = "", 0.0
        while True:
            await asyncio.sleep(SAVE_EVERY)
            silent += SAVE_EVERY
            if kept == self.text and silent < BEAT:
                continue
            text, silent = self.text, 0.0
            try:
                await database_sync_to_async(records.save_text)(self.job, text, self.versions)
                kept = text
                self.tell("")
            except django.db.Error:
                self.tell(UNSAVED)

    def picture(self) -> str:
        return thread.changed(self.job.answer_id, self.text, self.status, self.trouble)

    def tell(self, trouble: str) -> None:
        """Puts a line of trouble under the answer, or takes it away."""
        if trouble != self.trouble:
            self.trouble = trouble
            self.changed.set()

    async def settle(self, end: Done | Failed, tries=None) -> None:
        """Keeps the end and publishes it; tries again for a while when the database is away."""
        for pause in tries or TRIES:
            await asyncio.sleep(pause)
            try:
                html = await database_sync_to_async(self.finished)(end)
            except django.db.Error as error:
                logger.error("An answer could not be saved: %s", type(error).__name__)
                self.text = end.text if isinstance(end, Done) else self.text
                self.trouble = UNSAVED if isinstance(end, Done) else end.message
                await self.publish("changed", self.picture())
            else:
                return await self.publish("ended", html or "")
        return await self.publish("ended", thread.lost(self.job.answer_id, self.job.question, LOST))

    def finished(self, end: Done | Failed) -> str | None:
        """Keeps the end; gives the fragment of the answer as it is now. Synchronous."""
        if records.finish(self.job, end, self.text, self.versions):
            return thread.ended(self.job.answer_id, self.user)
        return None

    async def publish(self, kind: str, html: str) -> None:
        """Tells every socket of the conversation; a layer that is away costs the answer nothing."""
        event = {"type": f"answer.{kind}", "answer": self.job.answer_id, "html": html}
        try:
            await get_channel_layer().group_send(
                group(self.job.conversation_id), event | {"size": len(self.text)}
            )
        except Exception as error:  # each layer has errors of its own; Redis' are no OSError
            logger.error("The channel layer can't be reached: %s", type(error).__name__)
