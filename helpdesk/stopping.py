"""A wish to stop an answer reaches the web process that makes it, whichever that is."""

import asyncio
import logging
from collections.abc import Callable
from contextvars import Context

from channels.layers import get_channel_layer

from helpdesk import publishing

logger = logging.getLogger(__name__)

GROUP = "answering"
# Seconds until a layer that is away is tried again. Meanwhile the answer's row tells of the wish.
PAUSE = 5.0

_listening: dict[asyncio.AbstractEventLoop, asyncio.Task] = {}


def listen(stop: Callable[[int], None]) -> None:
    """From now on calls `stop` with the answers that other processes are asked to stop."""
    loop = asyncio.get_running_loop()
    if loop not in _listening:
        for closed in [each for each in _listening if each.is_closed()]:
            del _listening[closed]
        _listening[loop] = loop.create_task(hear(stop), context=Context())


async def hear(stop: Callable[[int], None]) -> None:
    while True:
        try:
            layer = get_channel_layer()
            channel = await layer.new_channel()
            await layer.group_add(GROUP, channel)
            while True:
                stop((await layer.receive(channel))["answer"])
        except Exception as error:  # each layer has errors of its own
            logger.error("The channel layer can't be reached: %s", type(error).__name__)
            await asyncio.sleep(PAUSE)


async def tell(answer_id: int) -> None:
    """Asks every process to stop the answer."""
    await publishing.send(GROUP, {"type": "answer.stop", "answer": answer_id})
