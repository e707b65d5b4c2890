"""Both pages live: what each socket is told, and who hears nothing."""

import re
from contextlib import asynccontextmanager

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from helpdesk.events import Done, Text
from helpdesk.handoff import deeds, pages
from helpdesk.models import Handoff, Message
from tests.helpdesk.chats import SECONDS, all_answered, answered, closed, cookie_of, socket, until

pytestmark = pytest.mark.django_db(transaction=True)


@asynccontextmanager
async def staff_socket(client, path):
    from helpdesk.asgi import application as desk

    headers = [(b"origin", b"http://localhost")]
    if "sessionid" in client.cookies:
        headers.append((b"cookie", cookie_of(client)))
    communicator = WebsocketCommunicator(desk, path, headers=headers)
    try:
        await communicator.connect(timeout=SECONDS)
        yield communicator
    finally:
        await communicator.disconnect(timeout=SECONDS)


async def test_both_sides_hear_each_other(browser, employee, staff, taken, script):
    pages = await browser(employee), await browser(staff)
    async with (
        socket(pages[0], taken.conversation_id, query="?handoff=yes") as asker,
        staff_socket(pages[1], f"/ws/handoffs/{taken.pk}/") as answerer,
    ):
        joined = await until(asker, "Ciara Walsh has joined")
        assert 'innerHTML:#question-label">Write to Ciara Walsh</div>' in joined
        await until(answerer, "Please call me.")
        await asker.send_to('{"question": "Are you there?"}')
        await until(asker, 'data-note="taken"')
        assert "A new message: Are you there?" in await until(answerer, "A new message")

        await sync_to_async(deeds.say)(taken, "Yes, I am.", staff)
        heard = await until(asker, "Ciara Walsh wrote: Yes, I am.")
        assert 'data-role="staff"' in heard
        await until(answerer, "Yes, I am.")

        await sync_to_async(deeds.hand_back)(taken, staff)
        after = await until(asker, "handed back to the desk")
        assert "handoff-banner" not in after
        assert "Ask a person" in after
        assert 'innerHTML:#question-label">Ask a question</div>' in after
        over = await until(answerer, "private again")
        assert "Please call me." not in over
        assert 'innerHTML:#staff-composer"' in over
    assert script.asked == []


async def test_the_list_is_live(browser, employee, staff, conversation):
    async with staff_socket(await browser(staff), "/ws/handoffs/") as answerer:
        await until(answerer, "Nobody waits")
        made = await sync_to_async(deeds.begin)(conversation.pk, employee, "Help")
        assert made.reference in await until(answerer, "A new hand-off")


async def test_a_page_of_the_list_stays_that_page(browser, employee, staff, monkeypatch):
    monkeypatch.setattr(pages, "PAGE", 1)
    for number in (1, 2, 3):
        chat = (await sync_to_async(answered)(employee)).conversation
        await sync_to_async(Handoff.begin)(chat.pk, employee, f"Wish {number}")
    async with staff_socket(await browser(staff), "/ws/handoffs/?page=2") as answerer:
        shown = await until(answerer, "Wish 2")
        assert not {"Wish 1", "Wish 3"} & set(re.findall(r"Wish \d", shown))
        assert 'href="?page=1" rel="prev"' in shown
        assert 'href="?page=3" rel="next"' in shown


@pytest.mark.parametrize("who", ["employee", "outsider", "curator"])
async def test_without_the_permission_the_sockets_close(request, browser, waiting, who):
    client = await browser(await sync_to_async(request.getfixturevalue)(who))
    for path in ("/ws/handoffs/", f"/ws/handoffs/{waiting.pk}/"):
        async with staff_socket(client, path) as one:
            assert await closed(one) == 4404


async def test_signed_out_they_close_with_their_code(client, waiting):
    for path in ("/ws/handoffs/", f"/ws/handoffs/{waiting.pk}/"):
        async with staff_socket(client, path) as one:
            assert await closed(one) == 4401


async def test_what_is_not_there_closes(browser, staff):
    async with staff_socket(await browser(staff), "/ws/handoffs/999/") as one:
        assert await closed(one) == 4404


async def test_who_loses_the_permission_hears_no_more(browser, employee, staff, taken):
    async with staff_socket(await browser(staff), f"/ws/handoffs/{taken.pk}/") as answerer:
        await until(answerer, "Please call me.")
        await sync_to_async(staff.user_permissions.clear)()
        await sync_to_async(deeds.hear)(taken.conversation_id, "A secret", employee)
        assert await closed(answerer) == 4404


async def test_a_page_that_was_away_is_brought_up_to_date(browser, staff, taken):
    async with staff_socket(await browser(staff), f"/ws/handoffs/{taken.pk}/") as answerer:
        await until(answerer, "Please call me.")
        await answerer.send_to('{"type": "refresh"}')
        assert "staff-composer" not in await until(answerer, "Please call me.")


async def test_two_messages_at_once_are_both_kept(browser, employee, staff, taken):
    async with socket(await browser(employee), taken.conversation_id) as asker:
        await asker.send_to('{"question": "One"}')
        await asker.send_to('{"question": "Two"}')
        await until(asker, 'data-note="taken"')
        await until(asker, 'data-note="taken"')
    texts = [one.text async for one in Message.objects.filter(role="user")]
    assert texts[-2:] == ["One", "Two"]


async def test_what_the_desk_answers_afterwards_is_no_concern_of_the_staff_page(
    browser, employee, staff, taken, script
):
    pages = await browser(employee), await browser(staff)
    await sync_to_async(taken.hand_back)(staff)
    async with (
        socket(pages[0], taken.conversation_id) as asker,
        staff_socket(pages[1], f"/ws/handoffs/{taken.pk}/") as answerer,
    ):
        await until(answerer, "private again")
        await asker.send_to('{"question": "And my pay?"}')
        script.tell(Text("It is much."), Done("It is much.", engine="quotes"))
        await until(asker, "It is much.")
        await all_answered()
        await answerer.send_to("{}")
        assert "much" not in await until(answerer, "private again")
