"""Whose work goes first: what leads to a first word before what ends an answer, each in turn."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from weakref import WeakKeyDictionary

# So many pieces of work go on at a time, as one in the embedding model, one in Postgres and one in
# Python: more would but take Python's lock from each other, and all end late.
AT_A_TIME = 3


class Precedence:
    """Turns at the processor, for work in threads that takes milliseconds.

    Nobody is put off for ever: an answer keeps its place in the line until its end, so only a
    bounded number of first words can come before it.
    """

    def __init__(self, most: int = AT_A_TIME):
        self.most = self.free = most
        self.first: deque[asyncio.Future] = deque()
        self.last: deque[asyncio.Future] = deque()

    @property
    def idle(self) -> bool:
        """Whether nobody holds a turn, and none waits for one."""
        return self.free == self.most

    @asynccontextmanager
    async def turn(self, *, last: bool = False) -> AsyncIterator[None]:
        """Holds a turn, once it is there; what goes `last` lets all else go before it."""
        if self.free:
            self.free -= 1
        else:
            await self.wait(self.last if last else self.first)
        try:
            yield
        finally:
            self.pass_on()

    async def wait(self, line: deque[asyncio.Future]) -> None:
        place = asyncio.get_running_loop().create_future()
        line.append(place)
        try:
            await place
        except asyncio.CancelledError:
            # The turn may have come in the same moment.
            if not place.cancelled():
                self.pass_on()
            raise

    def pass_on(self) -> None:
        """Gives a turn to the next that still waits."""
        for line in (self.first, self.last):
            while line:
                place = line.popleft()
                if not place.done():
                    place.set_result(None)
                    return
        self.free += 1


_kept: WeakKeyDictionary[asyncio.AbstractEventLoop, Precedence] = WeakKeyDictionary()


def here() -> Precedence:
    """That of this event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _kept:
        _kept[loop] = Precedence()
    return _kept[loop]


def turn(*, last: bool = False) -> AbstractAsyncContextManager[None]:
    """As `Precedence.turn`, among the work of this event loop."""
    return here().turn(last=last)
