"""Two web processes with a Redis between them: one desk to whoever asks, even when one dies."""

import pytest

from helpdesk.models import Conversation, Message
from tests.workers import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

QUESTION = "How many days of annual leave do I get?"
HALF, REST = "You get 25 days ", "of paid annual leave [1]."


def number_of(fragment) -> str:
    return fragment.partition('id="answer-')[2].partition("-")[0]


def test_one_process_shows_and_stops_what_another_answers_and_tells_when_it_dies(
    start_webs, client, employee, leave, engine, model_server
):
    engine.activate()
    client.force_login(employee)
    session = client.cookies["sessionid"].value
    conversation = Conversation.objects.create(user=employee).pk
    first, second = start_webs(2)
    with (
        first.browser(conversation, session) as here,
        second.browser(conversation, session) as there,
    ):
        # Both show the same answer, live.
        model_server.says(HALF, REST, stall_after=1)
        here.send(question=QUESTION)
        answer = number_of(there.until("beforeend:#messages"))
        for browser in (here, there):
            assert HALF.strip() in browser.until("innerHTML:#answer-.*You get")

        # The process that does not make it stops it: the model's request ends.
        there.send(type="stop", answer=answer)
        assert model_server.requests[-1].dropped.wait(5)
        for browser in (here, there):
            assert HALF.strip() in browser.until('data-status="stopped"')

        # The process that makes the next one is killed: the other tells so, and offers a retry.
        model_server.says(HALF, REST, stall_after=1)
        here.send(type="again", answer=answer)
        there.until("innerHTML:#answer-.*You get")
        wait_for(lambda: Message.objects.filter(status="answering", text__contains="25").exists())
        first.kill()
        lost = there.until('data-status="cut_off"')
        assert HALF.strip() in lost
        assert "Try again" in lost

        # And so it is answered after all.
        model_server.says(HALF, REST)
        there.send(type="again", answer=number_of(lost))
        assert "of paid annual leave" in there.until('data-status="done"')
