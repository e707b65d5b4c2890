"""An answer in the making: saved as it comes, ended once, whatever happens on the way."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import IntegrityError, OperationalError
from redis.exceptions import ConnectionError as RedisConnectionError

from helpdesk import answering, asking, making, publishing, records
from helpdesk.errors import HelpdeskError
from helpdesk.events import Done, Failed, Status, Text, Turn
from helpdesk.models import Citation, Conversation, Message
from tests.helpdesk.answers import FACT, QUESTION
from tests.helpdesk.chats import ScriptedChain, all_answered, answered, everything, quote_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(making, "SHOW_EVERY", 0.0)
    monkeypatch.setattr(making, "SAVE_EVERY", 0.02)
    monkeypatch.setattr(making, "TRIES", (0, 0.02, 0.05))


@pytest.fixture
def script(monkeypatch):
    return ScriptedChain(monkeypatch)


async def answer() -> Message:
    return (await everything(Message))[-1]


async def kept(text):
    """Waits until the answer's row holds `text`."""
    async with asyncio.timeout(5):
        while (await answer()).text != text:  # noqa: ASYNC110 - another task writes the row
            await asyncio.sleep(0.01)


async def test_the_real_chain_answers_with_a_citation(employee, leave):
    conversation = await answering.start(None, QUESTION, employee)
    await all_answered()
    question, reply = await everything(Message)
    (citation,) = await everything(Citation)

    assert (question.role, question.text) == ("user", QUESTION)
    assert (reply.conversation_id, reply.status, reply.engine) == (conversation, "done", "quotes")
    assert citation.message_id == reply.pk
    assert citation.quote in FACT


async def test_the_first_question_names_the_conversation(employee, script):
    pk = await answering.start(None, "How many\n days? " + "x" * 200, employee)
    script.tell(Done("So."))
    await all_answered()
    title = (await Conversation.objects.aget(pk=pk)).title

    assert title == "How many days?"


async def test_text_is_saved_while_it_comes(employee, script):
    await answering.start(None, QUESTION, employee)
    script.tell(Status("Searching"), Text("Twenty-five"), Text(" days"))
    await kept("Twenty-five days")
    assert (await answer()).status == "answering"
    script.tell(Done("Twenty-five days."))
    await all_answered()

    assert ((await answer()).text, (await answer()).status) == ("Twenty-five days.", "done")


async def test_it_goes_on_without_anybody_watching_and_forgets_nothing(employee, leave, script):
    done = Done("25 [1].", (await sync_to_async(quote_of)(leave),), note="Well.", engine="Llama")
    await answering.start(None, QUESTION, employee)
    script.tell(done)
    await all_answered()
    row, (citation,) = await answer(), await everything(Citation)

    assert (row.text, row.note, row.engine) == ("25 [1].", "Well.", "Llama")
    assert (citation.number, citation.version_id, citation.verified) == (1, leave.pk, True)


async def test_a_citation_of_a_document_deleted_meanwhile_is_left_out(employee, leave, script):
    quote = await sync_to_async(quote_of)(leave)
    await answering.start(None, QUESTION, employee)
    await sync_to_async(leave.document.delete)()
    script.tell(Done("25 [1].", (quote,)))
    await all_answered()

    assert (await answer()).status == "done"
    assert await everything(Citation) == []


async def test_a_conversation_deleted_meanwhile_ends_quietly(employee, script, caplog):
    await answering.start(None, QUESTION, employee)
    await Conversation.objects.all().adelete()
    script.tell(Text("x"), Done("x"))
    await all_answered()

    assert await everything(Message) == []
    assert caplog.records == []


@pytest.mark.parametrize(
    ("end", "status", "error"),
    [
        (Failed("The handbook is away."), "failed", "The handbook is away."),
        (Done("Half", cut_off=True), "cut_off", ""),
        (ValueError("secret words"), "failed", making.BROKEN),
    ],
)
async def test_every_bad_end_is_kept_with_its_sentence(employee, script, end, status, error):
    await answering.start(None, QUESTION, employee)
    script.tell(Text("Half"), end)
    await all_answered()
    row = await answer()

    assert (row.status, row.error, row.text) == (status, error, "Half")


async def test_what_people_write_stays_out_of_the_log(employee, script, caplog):
    await answering.start(None, "my salary question", employee)
    script.tell(ValueError("my salary question"))
    await all_answered()

    assert "Answering failed: ValueError" in caplog.text
    assert "salary" not in caplog.text


async def test_a_second_question_waits_for_the_end_of_the_first(employee, script):
    pk = await answering.start(None, "One?", employee)
    with pytest.raises(HelpdeskError, match="still being answered"):
        await answering.start(pk, "Two?", employee)
    script.tell(Done("First."))
    await all_answered()
    await answering.start(pk, "Two?", employee)
    script.tell(Done("Second."))
    await all_answered()

    assert script.asked[-1] == (
        "Two?",
        employee,
        (Turn("user", "One?"), Turn("assistant", "First.")),
    )


async def test_two_questions_at_once_are_never_both_taken(employee, script):
    pk = await answering.start(None, "One?", employee)
    script.tell(Done("First."))
    await all_answered()
    tries = [answering.start(pk, f"{n}?", employee) for n in range(4)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    script.tell(Done("Second."))
    await all_answered()

    assert sorted(isinstance(result, HelpdeskError) for result in results) == [
        False,
        True,
        True,
        True,
    ]


async def test_nobody_asks_in_somebody_elses_conversation(employee, outsider, script):
    mine = await sync_to_async(answered)(employee)
    with pytest.raises(HelpdeskError, match="not there any more"):
        await answering.start(mine.conversation_id, "Mine?", outsider)


async def test_the_history_leaves_out_what_was_withdrawn(employee, leave, everyone, script):
    mine = await sync_to_async(answered)(employee, leave)
    everyone.open_to_all = False
    await everyone.asave()
    await answering.start(mine.conversation_id, "And then?", employee)
    script.tell(Done("So."))
    await all_answered()

    assert script.asked[0][2] == (Turn("user", "How many days?"),)


async def test_an_answer_that_takes_too_long_is_cut_off(employee, script, monkeypatch):
    monkeypatch.setattr(making, "LONGEST", 0.1)
    await answering.start(None, QUESTION, employee)
    script.tell(Text("Half"))
    await all_answered()

    assert ((await answer()).status, (await answer()).text) == ("cut_off", "Half")


async def test_a_stopped_process_leaves_a_cut_off_answer(employee, script):
    await answering.start(None, QUESTION, employee)
    script.tell(Text("Half"))
    await kept("Half")
    (running,) = answering._running.values()
    running.task.cancel()
    await all_answered()

    assert ((await answer()).status, (await answer()).text) == ("cut_off", "Half")


async def test_a_silent_answer_tells_that_it_goes_on(employee, script, monkeypatch):
    monkeypatch.setattr(making, "BEAT", 0.02)
    await answering.start(None, QUESTION, employee)
    before = (await answer()).heard_at
    await asyncio.sleep(0.3)
    after = (await answer()).heard_at
    script.tell(Done("So."))
    await all_answered()

    assert after > before


def away(times):
    """A database that is away for some calls of `function`."""

    def wrap(function):
        calls = iter(range(times))

        def called(*args):
            if next(calls, None) is not None:
                raise OperationalError("the server closed the connection unexpectedly")
            return function(*args)

        return called

    return wrap


async def test_a_database_that_comes_back_gets_the_whole_answer(employee, script, monkeypatch):
    await answering.start(None, QUESTION, employee)
    monkeypatch.setattr(records, "save_text", away(3)(records.save_text))
    monkeypatch.setattr(records, "finish", away(2)(records.finish))
    script.tell(Text("25"), Text(" days"), Done("25 days."))
    await all_answered()

    assert ((await answer()).status, (await answer()).text) == ("done", "25 days.")


async def test_an_answer_outlives_a_long_absence_of_the_database(employee, script):
    pk = await answering.start(None, QUESTION, employee)
    await Message.objects.aupdate(heard_at="2026-01-01T00:00:00Z")
    with pytest.raises(HelpdeskError, match="still being answered"):
        await answering.start(pk, "Two?", employee)
    script.tell(Done("So."))
    await all_answered()

    assert (await answer()).status == "done"


async def test_a_conflict_at_the_end_is_tried_again(employee, script, monkeypatch):
    finish, calls = records.finish, []

    def conflicting(*args):
        calls.append(args)
        if len(calls) == 1:
            raise IntegrityError
        return finish(*args)

    monkeypatch.setattr(records, "finish", conflicting)
    await answering.start(None, QUESTION, employee)
    script.tell(Done("So."))
    await all_answered()

    assert (await answer()).status == "done"


async def test_a_question_without_a_database_is_refused_with_a_sentence(employee, monkeypatch):
    monkeypatch.setattr(asking, "ask", away(1)(asking.ask))
    with pytest.raises(HelpdeskError, match="database can't be reached"):
        await answering.start(None, QUESTION, employee)


@pytest.mark.parametrize("error", [OSError, RedisConnectionError])
async def test_a_channel_layer_that_is_away_costs_the_answer_nothing(
    employee, script, monkeypatch, error
):
    class Away:
        async def group_send(self, *args):
            raise error

    monkeypatch.setattr(publishing, "get_channel_layer", Away)
    await answering.start(None, QUESTION, employee)
    script.tell(Text("25"), Done("25 days."))
    await all_answered()

    assert (await answer()).status == "done"
