"""The socket of a conversation: who may open it, what it refuses, and how an answer comes in."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async

from helpdesk import answering, consumers, thread
from helpdesk.events import Done, Failed, Status, Text
from helpdesk.models import Conversation, Message
from tests.helpdesk.answers import QUESTION
from tests.helpdesk.chats import (
    all_answered,
    answered,
    closed,
    everything,
    socket,
    until,
)

pytestmark = pytest.mark.django_db(transaction=True)


async def count() -> int:
    return len(await everything(Message))


def ask(question) -> str:
    return json.dumps({"question": question, "HEADERS": {"HX-Request": "true"}})


async def test_signed_out_it_closes_with_its_code(client, employee):
    mine = await sync_to_async(answered)(employee)
    async with socket(client, mine.conversation_id) as browser:
        assert browser.accepted
        assert await closed(browser) == 4401


@pytest.mark.parametrize("who", ["outsider", "administrator"])
async def test_somebody_elses_conversation_is_not_there(client, employee, request, who):
    mine = await sync_to_async(answered)(employee)
    await client.aforce_login(await sync_to_async(request.getfixturevalue)(who))
    async with socket(client, mine.conversation_id) as browser:
        assert "not yours" in await until(browser, 'data-note="refused"')
        assert await closed(browser) == 4404


@pytest.mark.parametrize("pk", ["99999999", "99999999999999999999", "x"])
async def test_a_missing_conversation_is_not_there(client, chat, pk):
    async with socket(client, pk) as browser:
        assert await closed(browser) == 4404


async def test_a_page_from_elsewhere_gets_no_socket(client, chat):
    async with socket(client, chat, origin=b"https://evil.example") as browser:
        assert not browser.accepted


async def test_a_question_appears_at_once_then_a_status_then_text_then_the_answer(
    client, chat, script
):
    async with socket(client, chat) as browser:
        await browser.send_to(ask("And then?"))
        await until(browser, 'data-note="taken"')
        begun = await until(browser, "beforeend:#messages")
        assert "And then?" in begun
        assert 'data-status="answering"' in begun
        assert "Searching the handbook" in begun

        script.tell(Status("Reading"))
        assert "Reading" in await until(browser, "activity")
        script.tell(Text("**25** days [1]"))
        assert "<strong>25</strong>" in await until(browser, "innerHTML:#answer-.*-text")

        script.tell(Done("**25** days."))
        ended = await until(browser, 'data-status="done"')
        assert 'hx-swap-oob="true"' in ended
        assert "Answer ready." in ended
    await all_answered()


async def test_the_real_chain_streams_a_cited_answer(client, chat, leave):
    async with socket(client, chat) as browser:
        await browser.send_to(ask(QUESTION))

        assert 'class="citation" href="/citations/' in await until(browser, 'data-status="done"')


async def test_pieces_of_text_only_grow(client, chat, script):
    words = [f"word{n}" for n in range(30)]
    async with socket(client, chat) as browser:
        await browser.send_to(ask("And then?"))
        await until(browser, "taken")
        seen = []
        for word in words:
            script.tell(Text(word + " "))
            await asyncio.sleep(0)
        script.tell(Done(" ".join(words)))
        while True:
            fragment = await browser.receive_from(timeout=5)
            if 'data-status="done"' in fragment:
                break
            seen.append(
                [word for word in words if f"{word} " in fragment or f"{word}<" in fragment]
            )

        assert all(words[: len(one)] == one for one in seen)
        assert [len(one) for one in seen] == sorted(len(one) for one in seen)
    await all_answered()


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("no JSON", consumers.NO_MESSAGE),
        (" ", consumers.NO_MESSAGE),
        ("[1, 2]", consumers.NO_MESSAGE),
        ("[" * 100_000, consumers.NO_MESSAGE),
        ('"question"', consumers.NO_MESSAGE),
        ("null", consumers.NO_MESSAGE),
        ('{"type": "dance"}', consumers.UNKNOWN),
        ('{"type": ["ask"]}', consumers.UNKNOWN),
        ("{}", "Write a question first."),
        (ask(""), "Write a question first."),
        (ask(" \n\t "), "Write a question first."),
        (ask(None), "Write a question first."),
        (ask(5), "Write a question first."),
        (ask({"a": 1}), "Write a question first."),
        (ask("\ud800"), "Write a question first."),
        (ask("a\x00b"), "Null characters are not allowed."),
        (ask("x" * 10_000), "10,000 characters; at most 4,000 fit"),
    ],
)
async def test_bad_input_gets_a_sentence_and_the_socket_stays_up(
    client, chat, script, message, sentence
):
    async with socket(client, chat) as browser:
        await browser.send_to(message)
        refused = await until(browser, 'data-note="refused"')
        assert str(sentence) in refused.replace("&#x27;", "'")
        assert await count() == 2

        await browser.send_to(ask("And then?"))
        await until(browser, 'data-note="taken"')
        script.tell(Done("So."))
        await until(browser, 'data-status="done"')
    await all_answered()


async def test_bytes_are_no_message(client, chat):
    async with socket(client, chat) as browser:
        await browser.send_to(bytes_data=b"\xff\xfe")

        assert str(consumers.NO_MESSAGE) in await until(browser, 'data-note="refused"')


async def test_a_second_question_is_refused_while_one_is_answered(client, chat, script):
    async with socket(client, chat) as browser:
        await browser.send_to(ask("One?"))
        await until(browser, "taken")
        await browser.send_to(ask("Two?"))
        assert "still being answered" in await until(browser, 'data-note="refused"')
        script.tell(Done("First."))
        await until(browser, 'data-status="done"')
    await all_answered()

    assert await count() == 4


async def test_a_reload_in_mid_answer_finds_the_text_and_the_rest(client, chat, script):
    async with socket(client, chat) as browser:
        await browser.send_to(ask("And then?"))
        script.tell(Text("First half"))
        await until(browser, "First half")
    async with socket(client, chat) as browser:
        assert "First half" in await until(browser, "innerHTML:#answer-")
        script.tell(Text(", second half"))
        await until(browser, "First half, second half")
        script.tell(Done("First half, second half."))
        await until(browser, 'data-status="done"')
    await all_answered()


async def test_every_tab_of_a_conversation_sees_the_answer(client, chat, script):
    async with socket(client, chat) as first, socket(client, chat) as second:
        await first.send_to(ask("And then?"))
        assert "And then?" in await until(second, "beforeend:#messages")
        script.tell(Done("So."))
        for browser in (first, second):
            await until(browser, 'data-status="done"')
    await all_answered()


async def test_an_answer_is_not_heard_in_another_conversation(client, chat, employee, script):
    other = await sync_to_async(answered)(employee)
    async with socket(client, chat) as browser, socket(client, other.conversation_id) as away:
        await browser.send_to(ask("And then?"))
        script.tell(Done("So."))
        await until(browser, 'data-status="done"')

        assert await away.receive_nothing(timeout=0.1)
    await all_answered()


async def test_a_failure_is_shown_with_a_way_to_ask_again(client, chat, script):
    async with socket(client, chat) as browser:
        await browser.send_to(ask("And then?"))
        script.tell(Failed("The handbook is away."))
        ended = await until(browser, 'data-status="failed"')

        assert "The handbook is away." in ended
        assert "Try again" in ended
        assert 'name="type" value="again"' in ended
    await all_answered()


@pytest.mark.parametrize("message", [ask("And then?"), '{"type": "refresh"}'])
async def test_who_signs_out_elsewhere_asks_and_reads_no_more(client, chat, script, message):
    async with socket(client, chat) as browser:
        await client.alogout()
        await browser.send_to(message)

        assert await closed(browser) == 4401


def locked(user):
    user.is_active = False


def given_a_new_password(user):
    user.set_password("another one, told by nobody")


@pytest.mark.parametrize("change", [locked, given_a_new_password])
async def test_who_is_locked_out_meanwhile_asks_no_more(client, chat, employee, script, change):
    async with socket(client, chat) as browser:
        change(employee)
        await employee.asave()
        await browser.send_to(ask("And then?"))

        assert await closed(browser) == 4401
    assert not await Message.objects.filter(text="And then?").aexists()


async def test_what_an_asker_may_read_is_what_they_may_read_as_of_now(
    client, chat, employee, script
):
    async with socket(client, chat) as browser:
        employee.is_superuser = True
        await employee.asave()
        await browser.send_to(ask("And then?"))
        await until(browser, "Searching the handbook")
        (answer,) = answering._running.values()

        assert answer.user.is_superuser
        script.tell(Done("25 days.", engine="quotes"))
    await all_answered()


async def test_a_conversation_deleted_elsewhere_says_so(client, chat):
    async with socket(client, chat) as browser:
        await Conversation.objects.all().adelete()
        await browser.send_to(ask("And then?"))

        assert "not there any more" in await until(browser, 'data-note="refused"')


async def test_a_browser_that_was_away_is_brought_up_to_date(client, chat):
    async with socket(client, chat) as browser:
        await browser.send_to('{"type": "refresh"}')

        assert "Take 25 days." in await until(browser, "innerHTML:#messages")


def test_a_fragment_that_comes_twice_doubles_nothing():
    first, second = (thread.changed(1, "25 days", "Searching") for _ in range(2))

    assert first == second
    assert 'hx-swap-oob="innerHTML:#answer-1-text"' in first
