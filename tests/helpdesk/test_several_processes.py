"""Two web processes with a Redis between them: one desk to whoever asks, even when one dies."""

import re
from time import monotonic

import openai
import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from helpdesk.models import ApiCall, Conversation, Handoff, Message
from tests.doubles.model_server import Outcome
from tests.helpdesk.api.conftest import asks, make_key
from tests.workers import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

QUESTION = "How many days of annual leave do I get?"
HALF, REST = "You get 25 days ", "of paid annual leave [1]."


def session_of(user) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def number_of(fragment) -> str:
    return fragment.partition('id="answer-')[2].partition("-")[0]


def test_one_process_shows_and_stops_what_another_answers_and_tells_when_it_dies(
    start_webs, employee, leave, engine, model_server
):
    engine.activate()
    session = session_of(employee)
    path = f"c/{Conversation.objects.create(user=employee).pk}/"
    first, second = start_webs(2)
    with first.browser(path, session) as here, second.browser(path, session) as there:
        # Both show the same answer, live.
        model_server.says(HALF, REST, stall_after=1)
        here.send(question=QUESTION)
        answer = number_of(there.until("beforeend:#messages"))
        for browser in (here, there):
            assert HALF.strip() in browser.until("innerHTML:#answer-.*You get")

        # The process that does not make it stops it: the model's request ends.
        there.send(type="stop", answer=answer)
        assert model_server.requests[-1].dropped.wait(5)
        # Whoever looks before that process has kept the text is shown it right after.
        for browser in (here, there):
            browser.until(f'(?s)data-status="stopped".*{re.escape(HALF.strip())}')

        # The process that makes the next one is killed: the other tells so, and offers a retry.
        model_server.says(HALF, REST, stall_after=1)
        here.send(type="again", answer=answer)
        there.until("innerHTML:#answer-.*You get")
        wait_for(lambda: Message.objects.filter(status="answering", text__contains="25").exists())
        first.kill()
        killed = monotonic()
        lost = there.until('data-status="cut_off"')
        # Eight seconds of silence and a look each two: a promise, and so the one clock in here.
        assert monotonic() - killed < 15
        assert HALF.strip() in lost
        assert "Try again" in lost

        # And so it is answered after all.
        model_server.says(HALF, REST)
        there.send(type="again", answer=number_of(lost))
        assert "of paid annual leave" in there.until('data-status="done"')


def test_who_asks_and_who_answers_hear_each_other_and_keys_are_counted_over_both_processes(
    start_webs, employee, make_user, leave, engine, model_server
):
    staff = make_user("ciara", first_name="Ciara", last_name="Walsh")
    staff.user_permissions.add(Permission.objects.get(codename="answer_handoffs"))
    mine = Conversation.objects.create(user=employee)
    handoff = Handoff.begin(mine.pk, employee, "Please call me.")
    first, second = start_webs(2)
    handed_over(first, second, handoff, session_of(employee), session_of(staff))
    engine.activate()
    counted(first, second, make_key(employee)[1], model_server)


def handed_over(first, second, handoff, asking, answering):
    """The one is on the first process, the other on the second; each sees the other live."""
    page = f"/handoffs/{handoff.pk}"
    with (
        first.browser(f"c/{handoff.conversation_id}/", asking) as asker,
        second.browser(f"handoffs/{handoff.pk}/", answering) as staff,
    ):
        staff.until("Please call me.")
        second.post(f"{page}/take/", answering)
        asker.until("Ciara Walsh has joined")
        asker.send(question="Are you there?")
        asker.until('data-note="taken"')
        staff.until("A new message: Are you there\\?")
        second.post(f"{page}/answer/", answering, text="Yes, I am.")
        asker.until("Ciara Walsh wrote: Yes, I am.")
        second.post(f"{page}/return/", answering)
        asker.until("The desk answers again.")
        staff.until("private again")


def counted(first, second, secret, model_server):
    """A person's bound holds over both: the second refuses what is one too many."""
    model_server.outcome = lambda request: Outcome((HALF, REST), stall_after=1)
    with openai.OpenAI(base_url=f"{first.url}/v1", api_key=secret, max_retries=0) as client:
        streams = [client.chat.completions.create(**asks(stream=True)) for _ in range(3)]
        there = client.with_options(base_url=f"{second.url}/v1")
        with pytest.raises(openai.RateLimitError, match="3 of your questions"):
            there.chat.completions.create(**asks())
        for each in streams:
            each.close()
        model_server.outcome = lambda request: Outcome((HALF, REST))
        wait_for(lambda: not ApiCall.objects.asking().exists())
        assert HALF in there.chat.completions.create(**asks()).choices[0].message.content
