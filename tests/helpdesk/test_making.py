"""The end of an answer comes last, and comes: whatever its helpers are still waiting for."""

import asyncio
from contextlib import suppress
from threading import Event
from time import sleep

import pytest
from channels.layers import InMemoryChannelLayer
from django.db import OperationalError

from helpdesk import answering, making, publishing, records, thread
from helpdesk.events import Done, Text
from helpdesk.models import Message
from tests.helpdesk.answers import QUESTION
from tests.helpdesk.chats import all_answered, everything

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(making, "SAVE_EVERY", 0.02)


async def answer() -> Message:
    return (await everything(Message))[-1]


class Deaf(InMemoryChannelLayer):
    """Keeps a cancellation to itself, as Redis' client does: what it waits for is done by then.

    `asyncio.wait_for` does so before Python 3.12.
    """

    def __init__(self):
        super().__init__()
        self.sending = asyncio.Event()

    async def group_send(self, group, message):
        if message.get("type") == "answer.changed":
            self.sending.set()
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(0.2)


async def test_an_answer_ends_while_its_last_picture_is_still_on_its_way(
    employee, script, monkeypatch
):
    layer = Deaf()
    monkeypatch.setattr(publishing, "get_channel_layer", lambda: layer)
    await answering.start(None, QUESTION, employee)
    script.tell(Text("Twenty-five"))
    await layer.sending.wait()
    script.tell(Done("Twenty-five days."))
    await all_answered()

    assert ((await answer()).text, (await answer()).status) == ("Twenty-five days.", "done")
    assert not answering._running


async def test_a_saving_that_comes_late_does_not_write_over_the_end(employee, script, monkeypatch):
    saving, saved, save = Event(), Event(), records.save_text

    def slow(*args):
        saving.set()
        sleep(0.2)
        try:
            return save(*args)
        finally:
            saved.set()

    monkeypatch.setattr(records, "save_text", slow)
    await answering.start(None, QUESTION, employee)
    script.tell(Text("Half"))
    await asyncio.to_thread(saving.wait)
    script.tell(Done("Half", cut_off=True))
    await all_answered()
    await asyncio.to_thread(saved.wait)

    assert (await answer()).status == "cut_off"


async def test_an_answer_made_anew_ends_though_its_thread_could_not_be_shown(
    employee, script, monkeypatch
):
    await answering.start(None, QUESTION, employee)
    script.tell(Done("Half.", cut_off=True))
    await all_answered()

    def away(*args):
        raise OperationalError("The database is away.")

    monkeypatch.setattr(thread, "whole", away)
    await answering.again((await answer()).pk, employee)
    script.tell(Done("Twenty-five days."))
    await all_answered()

    assert ((await answer()).text, (await answer()).status) == ("Twenty-five days.", "done")
