"""The answers that this process makes and those that wait for it: first come, first served."""

import asyncio
from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.errors import HelpdeskError

# So many times more questions may wait than are answered at the same time.
WAITING = 4


class Place:
    """A place in the line. `number` counts those that wait from 1; 0 says that its turn is here."""

    def __init__(self, tell: Callable[[int], None]):
        self.number, self.tell = -1, tell
        self.turn = asyncio.Event()

    def stand(self, number: int) -> None:
        """Takes another number, and tells it."""
        number = max(number, 0)
        if number != self.number:
            self.number = number
            if number == 0:
                self.turn.set()
            self.tell(number)


class Line:
    """Lets MAX_ANSWERS go on at the same time, and a bounded number wait."""

    def __init__(self):
        self.places: list[Place] = []

    def check(self) -> None:
        """Raises HelpdeskError where nobody more may wait."""
        if len(self.places) >= settings.MAX_ANSWERS * (1 + WAITING):
            raise HelpdeskError(
                _(
                    "Too many questions are waiting to be answered just now. Yours stays in the"
                    " box: send it again in a minute."
                )
            )

    def join(self, tell: Callable[[int], None]) -> Place:
        """A place at the end; `tell` is called with its number now, and whenever that changes."""
        place = Place(tell)
        self.places.append(place)
        place.stand(len(self.places) - settings.MAX_ANSWERS)
        return place

    def leave(self, place: Place) -> None:
        """Everybody behind moves up."""
        gone = self.places.index(place)
        del self.places[gone]
        first = max(gone, settings.MAX_ANSWERS - 1)
        for index, each in enumerate(self.places[first:], first):
            each.stand(index + 1 - settings.MAX_ANSWERS)


line = Line()
