"""A model's reply as it is taken in; what endpoints do wrong stands in test_chain_failures."""

import asyncio
from contextlib import AsyncExitStack
from types import SimpleNamespace

from helpdesk import generation


def chunk(text, finish=""):
    return SimpleNamespace(text=text, response_metadata={"finish_reason": finish} if finish else {})


class Model:
    """Gives these chunks; a None among them is a moment in which nothing comes."""

    def __init__(self, *chunks):
        self.chunks = chunks

    async def astream(self, messages):
        for each in self.chunks:
            if each is None:
                await asyncio.sleep(0.01)
            elif isinstance(each, Exception):
                raise each
            else:
                yield each


async def taken(*chunks):
    reply = generation.Reply()
    async with AsyncExitStack() as opened:
        return reply, [piece async for piece in reply.stream(Model(*chunks), [], opened)]


async def test_what_comes_together_is_one_piece_and_what_comes_apart_is_not():
    reply, pieces = await taken(
        chunk("Five "),
        chunk("days"),
        None,
        chunk(", by "),
        None,
        chunk("March."),
        chunk("", "stop"),
    )

    assert pieces == ["Five days", ", by ", "March."]
    assert (reply.text, reply.cut_off) == ("Five days, by March.", False)


async def test_what_came_before_a_failure_is_kept():
    reply, pieces = await taken(chunk("Five "), chunk("da"), OSError())

    assert (pieces, reply.cut_off, reply.too_long) == (["Five da"], True, False)


async def test_a_thought_is_not_spoken_however_it_comes():
    reply, pieces = await taken(
        chunk("<thi"),
        None,
        chunk("nk>Five? "),
        chunk("</think>"),
        chunk(" Five."),
        None,
        chunk("", "stop"),
    )

    assert (pieces, reply.text) == (["Five."], "Five.")
