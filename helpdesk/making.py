"""One answer in the making: follows the chain, shows and saves what comes, and keeps its end."""

import asyncio
import logging
import traceback
from contextlib import suppress

import django.db
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from helpdesk import chain, precedence, publishing, records, thread
from helpdesk.database import in_thread
from helpdesk.events import Done, Failed, Sources, Status, Text
from helpdesk.line import line
from helpdesk.models import Engine
from helpdesk.records import BEAT, Job

logger = logging.getLogger(__name__)

# Seconds between two pictures of a running answer, between two savings of its text, and at most.
SHOW_EVERY = 0.07
SAVE_EVERY = 0.5
LONGEST = 600
# A picture of a long answer costs more, and is read more slowly; a place in the line is not urgent.
LONG_CHARS, SHOW_LONG_EVERY = 4000, 0.2
SHOW_PLACE_EVERY = 1.0
# Seconds before each try to keep an answer while the database is away.
TRIES = (0, 1, 2, 3, 5, 5, 10, 10, 20, 30, 30)

BROKEN = _(
    "Something went wrong while answering. Ask again; if it happens again, tell your help desk."
)
UNSAVED = _("The database can't be reached, so this answer is not saved yet. Trying again…")
LOST = _("The database was away for too long: this answer could not be saved. Ask again.")
PLACE = _("Many people are asking just now. You are number %(number)d in line.")


async def came_within(event: asyncio.Event, seconds: float) -> bool:
    """Waits for the event, for so long at most; gives whether it came."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False


class Answer:
    """One answer in the making."""

    def __init__(self, job: Job, user, engine: Engine, ahead: asyncio.Future | None = None):
        self.job, self.user, self.engine, self.ahead = job, user, engine, ahead
        # The answer outlives the request or the socket that knows it.
        self.language = translation.get_language() or settings.LANGUAGE_CODE
        self.text, self.status, self.trouble = "", chain.SEARCHING.text, ""
        # What the answerer has been shown, and who it is.
        self.sources = Sources(())
        # Something is to be shown; it is to be shown at once; nothing more comes.
        self.changed, self.urgent, self.over = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.task: asyncio.Task | None = None
        self.work: asyncio.Task | None = None
        self.stopped, self.size = False, 0
        self.place = line.join(self.stand)

    @property
    def versions(self) -> list[int]:
        return sorted({passage.version_id for passage in self.sources.passages})

    def stand(self, number: int) -> None:
        """Shows its place in the line, where it has to wait."""
        with translation.override(self.language):
            waiting = PLACE % {"number": number}
        self.status = waiting if number else chain.SEARCHING.text
        self.changed.set()
        if not number:
            self.urgent.set()

    def stop(self) -> None:
        """Ends the work, and with it the model's request; what has come is kept."""
        self.stopped = True
        if self.work:
            self.work.cancel()

    async def run(self) -> None:
        """From the first status to the end that is saved; nothing but a cancellation passes."""
        translation.activate(self.language)
        self.changed.clear()
        self.work = asyncio.create_task(self.follow())
        try:
            # While its beginning is shown, the search is under way.
            await asyncio.sleep(0)
            await self.publish("begun", await self.begun())
            end = await self.helped()
        except asyncio.CancelledError:
            self.work.cancel()
            await self.settle(Done(self.text, engine="", cut_off=True), TRIES[:1])
            raise
        await self.settle(end)

    async def begun(self) -> str:
        """The fragment of the beginning, with the conversation's name where that is new; the whole
        thread where something was folded away."""
        if self.job.again:
            # A database that is away costs the folding on the page, and not the answer.
            with suppress(django.db.Error):
                return await in_thread(thread.whole)(self.job.conversation_id, self.user)
        shown = thread.begun(self.job, self.status)
        if self.job.renamed:
            with suppress(django.db.Error):
                shown += await in_thread(thread.renamed)(self.job.conversation_id)
        return shown

    async def helped(self) -> Done | Failed:
        """Shows and keeps what comes while the chain's events are gathered.

        Its two helpers are told to end and not cancelled: what they wait for, as Redis' client or a
        thread, may keep a cancellation to itself, or go on after it and write over the end.
        """
        helpers = [asyncio.create_task(self.show()), asyncio.create_task(self.keep())]
        try:
            if self.stopped:
                self.work.cancel()
            return await self.work
        except asyncio.CancelledError:
            if asyncio.current_task().cancelling():
                raise
            return await self.kept()
        except TimeoutError:
            return Done(self.text, engine="", cut_off=True)
        except Exception as error:
            # Its message may hold text of the person or of a document.
            frames = "".join(traceback.format_tb(error.__traceback__))
            logger.error("Answering failed: %s\n%s", type(error).__name__, frames)
            return Failed(BROKEN)
        finally:
            for event in (self.over, self.changed, self.urgent):
                event.set()
            await asyncio.gather(*helpers, return_exceptions=True)

    async def kept(self) -> Done:
        """The end of an answer that was stopped: what had come, with its citations."""
        try:
            from helpdesk import verification

            check = verification.stopped
            return await asyncio.to_thread(check, self.job.question, self.text, self.sources)
        except Exception as error:
            logger.error("A stopped answer could not be checked: %s", type(error).__name__)
            return Done(self.text, engine=self.sources.engine, cut_off=True, stopped=True)

    async def follow(self) -> Done | Failed:
        """Waits for its turn and takes in the chain's events; gives the last."""
        await self.place.turn.wait()
        end: Done | Failed = Failed(BROKEN)
        async with asyncio.timeout(LONGEST):
            asked = (self.job.question, self.user, self.job.history, self.engine)
            async for event in chain.answer(*asked, ahead=self.ahead):
                match event:
                    case Text(delta):
                        if not self.text:
                            self.urgent.set()
                        self.text += delta
                    case Status(text):
                        if text == self.status:
                            continue
                        self.status = text
                    case Sources():
                        self.sources = event
                        continue
                    case Done() | Failed():
                        # To its very end: of each stage that is left standing the loop is told.
                        end = event
                        continue
                self.changed.set()
        return end

    async def show(self) -> None:
        """Publishes what has come, at a pace that an eye can follow; the first word at once."""
        while True:
            await self.changed.wait()
            if self.over.is_set():
                return
            self.changed.clear()
            self.urgent.clear()
            await self.publish("changed", self.picture())
            await came_within(self.urgent, self.pace())

    def pace(self) -> float:
        """Seconds until the next picture."""
        if self.place.number > 0:
            return SHOW_PLACE_EVERY
        return SHOW_LONG_EVERY if len(self.text) > LONG_CHARS else SHOW_EVERY

    async def keep(self) -> None:
        """Saves what has come; without anything new, tells now and then that the answer goes on.

        Stops it where its row says so: the wish itself may have been lost on its way.
        """
        kept, silent = "", 0.0
        while not await came_within(self.over, SAVE_EVERY):
            silent += SAVE_EVERY
            if kept == self.text and silent < BEAT:
                continue
            text, silent = self.text, 0.0
            try:
                if not await in_thread(records.save_text)(self.job, text, self.versions):
                    self.stop()
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
        # Who has stopped an answer looks at it.
        stopped = isinstance(end, Done) and end.stopped
        for pause in tries or TRIES:
            await asyncio.sleep(pause)
            try:
                async with precedence.turn(last=not stopped):
                    html = await in_thread(self.finished)(end)
            except django.db.Error as error:
                logger.error("An answer could not be saved: %s", type(error).__name__)
                self.text = end.text if isinstance(end, Done) else self.text
                self.trouble = UNSAVED if isinstance(end, Done) else end.message
                await self.publish("changed", self.picture())
            else:
                return await self.publish("ended", html or "")
        return await self.publish("ended", thread.lost(self.job, LOST))

    def finished(self, end: Done | Failed) -> str | None:
        """Keeps the end; gives the fragment of the answer as it is now. Synchronous."""
        kept = records.finish(self.job, end, self.text, self.versions)
        return thread.just_ended(kept, self.user) if kept else None

    async def publish(self, kind: str, html: str) -> None:
        """Tells every socket of the conversation."""
        event = {"type": f"answer.{kind}", "answer": self.job.answer_id, "html": html}
        to = publishing.group(self.job.conversation_id)
        # The end may be shorter than what came, and still has to be shown.
        self.size = max(self.size, len(self.text))
        await publishing.send(to, event | {"size": self.size})
