"""The socket when something breaks: a lost end, a process that died, a database that is away."""

import json

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError

from helpdesk import asking, consumers, making, records
from helpdesk.events import Done, Text
from helpdesk.models import Message
from tests.helpdesk.chats import all_answered, answered, closed, socket, until

pytestmark = pytest.mark.django_db(transaction=True)


def ask(question) -> str:
    return json.dumps({"question": question})


async def test_an_end_that_nobody_told_is_found(client, chat, script, monkeypatch):
    monkeypatch.setattr(consumers, "WATCH_EVERY", 0.05)
    async with socket(client, chat) as browser:
        await browser.send_to(ask("And then?"))
        await until(browser, "beforeend:#messages")
        monkeypatch.setattr(making.Answer, "publish", nothing)
        script.tell(Done("So."))
        await until(browser, 'data-status="done"')
    await all_answered()


async def nothing(*args):
    pass


async def test_an_answer_of_a_process_that_died_ends_on_the_page(client, employee, monkeypatch):
    monkeypatch.setattr(consumers, "WATCH_EVERY", 0.05)
    dead = await sync_to_async(answered)(employee, text="Half", status="answering")
    await client.aforce_login(employee)
    async with socket(client, dead.conversation_id) as browser:
        assert await browser.receive_nothing(timeout=0.2)
        await Message.objects.aupdate(heard_at="2026-01-01T00:00:00Z")

        assert "cut off before its end" in await until(browser, 'data-status="cut_off"')


async def test_a_database_that_is_away_is_told_and_comes_back(client, chat, script, monkeypatch):
    def away(*args):
        raise OperationalError("the connection is lost")

    async with socket(client, chat) as browser:
        with monkeypatch.context() as broken:
            broken.setattr(asking, "ask", away)
            await browser.send_to(ask("And then?"))
            assert "database can&#x27;t be reached" in await until(browser, "refused")
        await browser.send_to(ask("And then?"))
        await until(browser, "taken")
        with monkeypatch.context() as broken:
            broken.setattr(records, "finish", away)
            script.tell(Text("Half"), Done("So."))
            assert "not saved yet" in await until(browser, "notice warn")
        await until(browser, 'data-status="done"')
    await all_answered()


async def test_a_socket_opened_without_a_database_says_so_and_is_tried_again(
    client, chat, monkeypatch
):
    async def away(*args):
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(consumers, "is_there", away)
    async with socket(client, chat) as browser:
        assert "database can&#x27;t be reached" in await until(browser, "refused")
        assert await closed(browser) == 1013


async def test_an_answer_that_ends_before_the_socket_opens_is_shown_in_the_end(client, employee):
    await client.aforce_login(employee)
    answer = await sync_to_async(answered)(employee)
    query = f"?answering={answer.pk}"
    async with socket(client, answer.conversation_id, query=query) as browser:
        assert "Take 25 days" in await until(browser, 'data-status="done"')


@pytest.mark.parametrize("waited_for", ["x", "-1", "99999999", "", "9" * 5000])
async def test_a_socket_that_waits_for_nothing_real_stays_up(client, employee, waited_for):
    await client.aforce_login(employee)
    answer = await sync_to_async(answered)(employee)
    query = f"?answering={waited_for}"
    async with socket(client, answer.conversation_id, query=query) as browser:
        await browser.send_to("no json")
        await until(browser, 'data-note="refused"')


async def test_nobody_waits_for_somebody_elses_answer(client, employee, outsider):
    answer = await sync_to_async(answered)(employee)
    own = await sync_to_async(answered)(outsider, text="Mine.")
    await client.aforce_login(outsider)
    query = f"?answering={answer.pk}"
    async with socket(client, own.conversation_id, query=query) as browser:
        await browser.send_to("no json")
        assert 'data-note="refused"' in await browser.receive_from(timeout=5)
