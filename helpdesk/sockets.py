"""What every socket of the desk is made of."""

import asyncio
from contextlib import suppress
from functools import partial

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer

# Why a socket is closed; static/talk.js knows the first of these numbers too.
SIGNED_OUT, NOT_FOUND, TRY_AGAIN = 4401, 4404, 1013


class Consumer(AsyncWebsocketConsumer):
    """A consumer whose database work runs through `database.in_thread` and nowhere else.

    That tidies the connections of its threads. Channels would besides send every message, each
    picture of a running answer among them, through a thread to tidy those of another.
    """

    async def __call__(self, scope, receive, send):
        """Handles what comes from the browser and from the layer, one message after another.

        As Channels', with a task for each of the two and not one for each message.
        """
        self.scope, self.base_send = scope, send
        self.channel_layer = get_channel_layer(self.channel_layer_alias)
        self.channel_name = await self.channel_layer.new_channel()
        heard = partial(self.channel_layer.receive, self.channel_name)
        turn = asyncio.Lock()
        tasks = [asyncio.create_task(self.handle(each, turn)) for each in (receive, heard)]
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            with suppress(StopConsumer):
                for task in ended:
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def handle(self, source, turn):
        """Handles what comes from one source, to its StopConsumer."""
        while True:
            message = await source()
            async with turn:
                await self.dispatch(message)

    async def dispatch(self, message):
        handler = getattr(self, get_handler_name(message), None)
        if handler is None:
            raise ValueError(f"No handler for message type {message['type']}")
        await handler(message)
