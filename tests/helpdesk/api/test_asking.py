"""A question of a tool takes its places, on whatever process, and gives them back."""

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.api.asking import let_in
from helpdesk.api.callers import Caller
from helpdesk.api.errors import ApiError
from helpdesk.api.reading import Asked
from helpdesk.line import line
from helpdesk.models import ApiCall
from tests.helpdesk.api.conftest import in_database, make_key

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = Asked("helpdesk", "How many days?", ())


@pytest.fixture
def caller(employee, settings):
    """One who may have one answer at a time."""
    settings.MAX_ANSWERS_PER_PERSON = 1
    return Caller(make_key(employee)[0], employee, None)


async def outcomes() -> list[str]:
    return await in_database(lambda: list(ApiCall.objects.values_list("outcome", flat=True)))()


async def test_one_that_is_given_up_leaves_no_place_taken(caller):
    one = await let_in(ASKED, caller)
    assert len(line.places) == 1
    assert await outcomes() == ["asking"]
    await asyncio.sleep(0)
    one.close()
    await asyncio.wait([one.task])
    await asyncio.sleep(0)

    assert not line.places
    assert await outcomes() == ["cut_off"]


async def test_what_another_process_answers_takes_a_place_while_that_one_lives(caller, leave):
    elsewhere = await in_database(ApiCall.objects.create)(key=caller.key)
    with pytest.raises(ApiError, match="being answered"):
        await let_in(ASKED, caller)
    assert not line.places

    long_ago = timezone.now() - timedelta(minutes=1)
    await ApiCall.objects.filter(pk=elsewhere.pk).aupdate(heard_at=long_ago)
    one = await let_in(ASKED, caller)
    await one.whole()
    await one.task
    assert await outcomes() == ["answered", "cut_off"]


async def test_a_call_tells_that_it_goes_on(caller, leave, engine, model_server, monkeypatch):
    monkeypatch.setattr("helpdesk.api.asking.BEAT", 0.01)
    await in_database(engine.activate)()
    model_server.says("You get ", "25 days.", stall_after=1)
    one = await let_in(ASKED, caller)
    first = (await ApiCall.objects.aget()).heard_at
    async with asyncio.timeout(20):
        while (await ApiCall.objects.aget()).heard_at == first:  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.01)
    one.close()
    await asyncio.wait([one.task])
