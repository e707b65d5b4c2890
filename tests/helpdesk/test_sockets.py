"""A socket handles one message after another, whichever side it comes from."""

import asyncio

import pytest
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator

from helpdesk.sockets import Consumer

# A socket that closes tidies its thread's connection, where an earlier test has left one.
pytestmark = pytest.mark.django_db(transaction=True)


class Slow(Consumer):
    """Notes when it begins and ends to handle something."""

    notes: list

    async def receive(self, text_data=None, bytes_data=None):
        await self.work(text_data)

    async def told(self, event):
        await self.work(event["text"])

    async def work(self, text):
        self.notes.append(f"{text} begins")
        await asyncio.sleep(0.02)
        if text == "broken":
            raise ZeroDivisionError
        self.notes.append(f"{text} ends")
        await self.send(text)

    async def connect(self):
        self.notes.append(self.channel_name)
        await self.accept()


@pytest.fixture
def notes():
    return []


@pytest.fixture
async def browser(notes):
    application = Slow.as_asgi()
    application.consumer_class.notes = notes
    communicator = WebsocketCommunicator(application, "/")
    await communicator.connect()
    yield communicator
    await communicator.disconnect()


async def test_what_comes_from_both_sides_is_handled_one_after_another(browser, notes):
    (channel,) = notes
    notes.clear()
    await browser.send_to("asked")
    await get_channel_layer().send(channel, {"type": "told", "text": "answered"})
    assert {await browser.receive_from(), await browser.receive_from()} == {"asked", "answered"}

    assert notes in (
        ["asked begins", "asked ends", "answered begins", "answered ends"],
        ["answered begins", "answered ends", "asked begins", "asked ends"],
    )


async def test_a_socket_that_closes_leaves_no_task_behind(browser):
    before = asyncio.all_tasks()
    await browser.disconnect()
    await asyncio.sleep(0)

    assert asyncio.all_tasks() < before
    assert not [task for task in asyncio.all_tasks() if "handle" in repr(task)]


async def test_a_failure_ends_the_socket_and_is_told(notes):
    application = Slow.as_asgi()
    application.consumer_class.notes = notes
    browser = WebsocketCommunicator(application, "/")
    await browser.connect()
    await browser.send_to("broken")

    with pytest.raises(ZeroDivisionError):
        await browser.receive_from()
