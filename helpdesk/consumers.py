"""The socket of a conversation: takes questions, sends the fragments of its answers."""

import asyncio
import json

import django.db
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from helpdesk import answering, publishing, sessions, thread, wishes
from helpdesk.database import in_thread
from helpdesk.errors import HelpdeskError
from helpdesk.fragments import Fragment
from helpdesk.handoff.consumers import HandoffNews
from helpdesk.models import Conversation
from helpdesk.sessions import SignedOutError
from helpdesk.sockets import NOT_FOUND, SIGNED_OUT, TRY_AGAIN, Consumer
from knowledge.keys import key

# Seconds between two looks at an answer whose end may have been missed.
WATCH_EVERY = 2.0

NOTE = Fragment("helpdesk/note.html", "sentence")
MISSING = _("This conversation is not there, or it is not yours. Start a new one.")
NO_MESSAGE = _(
    "That message could not be read. Load the page again and send your question once more."
)
UNKNOWN = _("This page asked for something that the help desk does not know. Load the page again.")
UNREACHABLE = _("The database can't be reached just now. This page goes on when it is back.")


class ConversationConsumer(HandoffNews, Consumer):
    """One browser on one conversation; the answers themselves live in `answering`."""

    async def connect(self):
        self.user = self.scope["user"]
        self.conversation_id = self.scope["url_route"]["kwargs"].get("pk")
        self.group = ""
        # Of each answer followed here, how many characters this browser has been shown.
        self.shown: dict[int, int] = {}
        self.watching: asyncio.Task | None = None
        await self.accept()
        if not self.user.is_authenticated:
            await self.close(SIGNED_OUT)
            return
        try:
            if await is_there(self.conversation_id, self.user):
                await self.join()
            else:
                await self.note(MISSING)
                await self.close(NOT_FOUND)
        except django.db.Error:
            await self.note(UNREACHABLE)
            await self.close(TRY_AGAIN)

    async def join(self):
        """Joins the group first and looks second, so that nothing falls between."""
        self.group = publishing.group(self.conversation_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.show_running()
        await self.show_missed()
        await self.catch_up()

    async def disconnect(self, code):
        if self.watching:
            self.watching.cancel()
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data=None, bytes_data=None):
        message = parsed(text_data)
        kind = message.get("type", "ask") if message is not None else None
        try:
            if kind is None:
                await self.note(NO_MESSAGE)
            elif kind not in (*wishes.KINDS, "refresh"):
                await self.note(UNKNOWN)
            elif kind == "ask":
                await self.fulfil(kind, message)
            else:
                await in_thread(self.still_signed_in)()
                await (self.refresh() if kind == "refresh" else self.fulfil(kind, message))
        except SignedOutError:
            await self.close(SIGNED_OUT)
        except django.db.Error:
            await self.note(UNREACHABLE)

    def still_signed_in(self):
        """The user as of now: this browser may have signed out, or been locked out, in another tab.

        Raises SignedOutError where it has. Synchronous.
        """
        found = sessions.signed_in(self.scope["session"], self.user.pk)
        if found is None:
            raise SignedOutError
        self.user = found
        return found

    async def fulfil(self, kind, message):
        """Does what is asked; an answer comes in a task that this socket does not wait for."""
        try:
            given = (kind, message, self.conversation_id, self.user)
            # A question looks on its own way to the database: its first word waits for both.
            await wishes.fulfil(*given, anew=self.still_signed_in)
        except HelpdeskError as error:
            await self.note(str(error))
        else:
            if kind == "ask":
                await self.note("")

    async def refresh(self):
        """Shows the whole conversation anew to a browser that was away for a while."""
        try:
            await self.send(await whole(self.conversation_id, self.user))
        except Conversation.DoesNotExist:
            await self.note(MISSING)
            await self.close(NOT_FOUND)
        else:
            await self.show_running()

    async def show_running(self):
        """Shows how far the answer in the making has come."""
        if answer_id := await running(self.conversation_id, self.user):
            self.follow(answer_id)
            if (picture := answering.picture(answer_id)) is not None:
                self.shown[answer_id], html = picture
                await self.send(html)

    async def show_missed(self):
        """Shows the end of the answer that came between the page's making and this socket."""
        waited_for = key(QueryDict(self.scope["query_string"]).get("answering", ""))
        if waited_for is None or waited_for in self.shown:
            return
        if html := await ended(waited_for, self.user):
            await self.send(html)

    async def note(self, sentence):
        """Puts a sentence above the box, where the question stays; "" says that it was taken."""
        await self.send(NOTE.filled({"sentence": sentence}))

    async def answer_begun(self, event):
        self.follow(event["answer"])
        await self.send(event["html"])

    async def answer_changed(self, event):
        if event["size"] >= self.shown.get(event["answer"], float("inf")):
            self.shown[event["answer"]] = event["size"]
            await self.send(event["html"])

    async def answer_ended(self, event):
        self.shown.pop(event["answer"], None)
        if event["html"]:
            await self.send(event["html"])

    def follow(self, answer_id):
        """Waits for the end of an answer, and looks for it where nobody tells."""
        self.shown.setdefault(answer_id, 0)
        if self.watching is None or self.watching.done():
            self.watching = asyncio.create_task(self.watch())

    async def watch(self):
        """An event may get lost, and the process that answers may die: the row knows."""
        while self.shown:
            await asyncio.sleep(WATCH_EVERY)
            for answer_id in list(self.shown):
                try:
                    html = await ended(answer_id, self.user)
                except django.db.Error:
                    continue
                if html:
                    await self.answer_ended({"answer": answer_id, "html": html})

    async def send(self, text_data=None, **kwargs):
        """Sends unless the browser has just gone."""
        try:
            await super().send(text_data, **kwargs)
        except RuntimeError as error:
            if "websocket" not in str(error).lower() and "close" not in str(error).lower():
                raise


def parsed(text: str | None) -> dict | None:
    """The message of a browser, None for anything but a JSON object."""
    try:
        message = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


@in_thread
def is_there(conversation_id, user) -> bool:
    return Conversation.objects.visible_to(user).filter(pk=conversation_id).exists()


running = in_thread(thread.running)
ended = in_thread(thread.ended)
whole = in_thread(thread.whole)
