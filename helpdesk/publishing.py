"""Tells every browser on a conversation, and every web process, what has happened."""

import logging

from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)


def group(conversation_id: int) -> str:
    """The channel layer's group of a conversation."""
    return f"conversation_{conversation_id}"


async def send(to: str, event: dict) -> None:
    """Sends to a group; a layer that is away costs the sender nothing."""
    try:
        await get_channel_layer().group_send(to, event)
    except Exception as error:  # each layer has errors of its own; Redis' are no OSError
        logger.error("The channel layer can't be reached: %s", type(error).__name__)
