import asyncio

import pytest

from helpdesk import chain, precedence
from helpdesk.events import Sources, Status
from helpdesk.precedence import AT_A_TIME, Precedence
from tests.helpdesk.answers import QUESTION


class Work:
    """Pieces of work that take their turns, and the order in which they went on."""

    def __init__(self, at_a_time=1):
        self.precedence, self.order = Precedence(at_a_time), []
        self.going = 0
        self.most = 0

    async def piece(self, name, last=False):
        async with self.precedence.turn(last=last):
            self.order.append(name)
            self.going += 1
            self.most = max(self.most, self.going)
            await asyncio.sleep(0)
            self.going -= 1


async def test_what_leads_to_a_first_word_goes_before_the_ends_and_each_in_its_order():
    work = Work()
    names = ["end 1", "end 2", "search 1", "search 2"]
    async with work.precedence.turn():
        tasks = [asyncio.create_task(work.piece(name, name.startswith("end"))) for name in names]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)

    assert work.order == ["search 1", "search 2", "end 1", "end 2"]


async def test_so_many_go_on_at_a_time_and_no_more():
    work = Work(at_a_time=2)
    await asyncio.gather(*(work.piece(number) for number in range(6)))

    assert (work.order, work.most) == (list(range(6)), 2)


@pytest.mark.parametrize("moments", [0, 1], ids=["while it waits", "as its turn comes"])
async def test_who_is_cancelled_keeps_no_turn(moments):
    work = Work()
    async with work.precedence.turn():
        gone = asyncio.create_task(work.piece("gone"))
        other = asyncio.create_task(work.piece("other", last=True))
        await asyncio.sleep(0)
        if not moments:
            gone.cancel()
    gone.cancel()
    await asyncio.wait_for(other, 5)
    await work.piece("next")

    assert gone.cancelled()
    assert (work.order, work.precedence.free) == (["other", "next"], 1)


async def test_a_failure_gives_its_turn_back():
    work = Work()
    with pytest.raises(ZeroDivisionError):
        async with work.precedence.turn():
            raise ZeroDivisionError
    await asyncio.wait_for(work.piece("next"), 5)


@pytest.mark.django_db(transaction=True)
async def test_a_search_waits_for_its_turn(leave, employee):
    events = chain.answer(QUESTION, employee)
    turns = [precedence.turn() for _ in range(AT_A_TIME)]
    for turn in turns:
        await turn.__aenter__()
    assert isinstance(await anext(events), Status)
    found = asyncio.create_task(anext(events))
    await asyncio.sleep(0.1)
    assert not found.done()

    for turn in turns:
        await turn.__aexit__(None, None, None)
    assert isinstance(await asyncio.wait_for(found, 20), Sources)
    await events.aclose()
