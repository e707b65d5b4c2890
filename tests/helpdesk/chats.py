"""Conversations, sockets and an answer that a test lets come piece by piece."""

import asyncio
import re
from contextlib import asynccontextmanager

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator, application
from django.db import close_old_connections

from helpdesk import answering, chain
from helpdesk.events import Done, Failed, Quote
from helpdesk.models import Citation, Conversation, Message
from knowledge.models import Passage
from tests.helpdesk.answers import found

SECONDS = 5

# The communicator keeps connections open, for tests inside one transaction. These tests commit, and
# their threads would empty the pool.
application.no_op = close_old_connections


class ScriptedChain:
    """In the place of the chain: gives the events that the test puts in."""

    def __init__(self, monkeypatch):
        self.asked = []
        self.events = asyncio.Queue()
        monkeypatch.setattr(chain, "answer", self.answer)

    def tell(self, *events):
        for event in events:
            self.events.put_nowait(event)

    async def answer(self, question, user, history=(), engine=None, ahead=None):
        self.asked.append((question, user, tuple(history)))
        while True:
            event = await self.events.get()
            if isinstance(event, Exception):
                raise event
            yield event
            if isinstance(event, Done | Failed):
                return


def quote_of(version, number=1, text=None) -> Quote:
    """A quote of a version's first passage, the whole of it."""
    passage = Passage.objects.filter(version=version).only("text", "page").first()
    seen = found(
        passage.text,
        passage_id=passage.pk,
        version_id=version.pk,
        document_id=version.document_id,
        page=passage.page,
    )
    return Quote(number, seen, 0, len(text or passage.text))


def answered(user, version=None, text="Take 25 days [1].", **fields) -> Message:
    """A conversation of `user` with one answer, which cites `version`."""
    conversation = Conversation.objects.create(user=user, title="How many days?")
    conversation.messages.create(role="user", text="How many days?")
    answer = conversation.messages.create(role="assistant", text=text, **fields)
    if version:
        cite(answer, quote_of(version))
    return answer


def cite(answer: Message, quote: Quote) -> None:
    answer.citations.create(
        number=quote.number,
        version_id=quote.passage.version_id,
        passage_id=quote.passage.passage_id,
        page=quote.page,
        quote=quote.text,
        start=quote.start,
        end=quote.end,
        verified=quote.verified,
    )


def citation_of(answer) -> Citation:
    return answer.citations.get()


async def everything(kind):
    """The rows of a model, oldest first."""
    return await sync_to_async(lambda: list(kind.objects.order_by("pk")))()


async def all_answered():
    """Waits until no answer is in the making."""
    async with asyncio.timeout(SECONDS):
        tasks = [answer.task for answer in answering._running.values()]
        await asyncio.gather(*tasks, return_exceptions=True)


def cookie_of(client) -> bytes:
    return f"sessionid={client.cookies['sessionid'].value}".encode()


@asynccontextmanager
async def socket(client, pk, origin=b"http://localhost", query=""):
    """A browser's socket, signed in as `client` is; pending messages are dropped at its end."""
    from helpdesk.asgi import application as desk

    headers = [(b"origin", origin)]
    if "sessionid" in client.cookies:
        headers.append((b"cookie", cookie_of(client)))
    communicator = WebsocketCommunicator(desk, f"/ws/c/{pk}/{query}", headers=headers)
    try:
        connected, _ = await communicator.connect(timeout=SECONDS)
        communicator.accepted = connected
        yield communicator
    finally:
        await communicator.disconnect(timeout=SECONDS)


async def until(communicator, pattern) -> str:
    """The first fragment that matches."""
    async with asyncio.timeout(SECONDS):
        while True:
            fragment = await communicator.receive_from(timeout=SECONDS)
            if re.search(pattern, fragment):
                return fragment


async def closed(communicator) -> int:
    """The code with which the socket is closed, whatever comes before."""
    async with asyncio.timeout(SECONDS):
        while True:
            message = await communicator.receive_output(timeout=SECONDS)
            if message["type"] == "websocket.close":
                return message["code"]
