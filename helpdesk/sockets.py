"""What every socket of the desk is made of."""

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer


class Consumer(AsyncWebsocketConsumer):
    """A consumer whose database work runs through `database_sync_to_async` and nowhere else.

    That tidies the connections of its threads. Channels would besides send every message, each
    picture of a running answer among them, through a thread to tidy those of another.
    """

    async def dispatch(self, message):
        handler = getattr(self, get_handler_name(message), None)
        if handler is None:
            raise ValueError(f"No handler for message type {message['type']}")
        await handler(message)
