import asyncio
import time

import pytest

from helpdesk.layer import CLEAN_EVERY, MemoryLayer


@pytest.fixture
def layer():
    return MemoryLayer()


async def test_every_member_of_a_group_hears_in_order(layer):
    channels = [await layer.new_channel() for _ in range(2)]
    for channel in channels:
        await layer.group_add("talk", channel)
    for number in range(3):
        await layer.group_send("talk", {"type": "said", "number": number})

    for channel in channels:
        heard = [(await layer.receive(channel))["number"] for _ in range(3)]
        assert heard == [0, 1, 2]


async def test_a_member_whose_queue_is_full_keeps_nobody_from_hearing(layer):
    full, other = await layer.new_channel(), await layer.new_channel()
    for channel in (full, other):
        await layer.group_add("talk", channel)
    for _ in range(layer.capacity):
        await layer.send(full, {"type": "noise"})
    await layer.group_send("talk", {"type": "said"})

    assert (await asyncio.wait_for(layer.receive(other), 5))["type"] == "said"


async def test_nobody_hears_of_a_group_that_they_have_left(layer):
    channel = await layer.new_channel()
    await layer.group_add("talk", channel)
    await layer.group_discard("talk", channel)
    await layer.group_send("talk", {"type": "said"})

    assert not layer.channels


async def test_what_is_too_old_goes_in_time(layer):
    channel = await layer.new_channel()
    await layer.send(channel, {"type": "said"})
    (queue,) = layer.channels.values()
    queue._queue[0] = (time.time() - 1, queue._queue[0][1])
    await layer.group_send("nobody", {"type": "said"})
    assert channel in layer.channels

    layer.cleaned -= CLEAN_EVERY + 1
    await layer.group_send("nobody", {"type": "said"})
    assert channel not in layer.channels
