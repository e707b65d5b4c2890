"""A question of a tool takes its places, and gives them back whatever becomes of it."""

import asyncio
from types import SimpleNamespace

import pytest

from helpdesk.api import asking
from helpdesk.api.asking import Asking
from helpdesk.api.reading import Asked
from helpdesk.line import line

pytestmark = pytest.mark.django_db(transaction=True)


async def test_one_that_is_given_up_before_it_begins_leaves_no_place_taken(employee):
    caller = SimpleNamespace(user=employee, scope=None, key=SimpleNamespace(pk=0))
    one = Asking(Asked("helpdesk", "How many days?", ()), caller)
    assert len(line.places) == 1
    one.close()
    await asyncio.wait([one.task])
    await asyncio.sleep(0)

    assert not line.places
    assert not asking._asking
