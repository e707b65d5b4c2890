"""A courtesy that a tool passes on."""

import pytest

from helpdesk.greeting_phrases import Kind
from helpdesk.greeting_replies import SAID
from tests.helpdesk.answers import QUESTION
from tests.helpdesk.api.conftest import asks, events_in, in_database, text_of

pytestmark = pytest.mark.django_db(transaction=True)
HELLO = str(SAID[Kind.HELLO])


def said(role, text) -> dict:
    return {"role": role, "content": text}


async def test_it_is_answered_whole_and_as_a_stream(post, secret, leave):
    whole = (await post(secret, asks("Hi"))).json()
    events = await events_in(await post(secret, asks("Hi", stream=True)))

    assert whole["choices"][0]["message"]["content"] == text_of(events) == HELLO
    for told in (whole, events[-2]):
        assert told["citations"] == []
        assert told["helpdesk"]["engine"] == "greeting"
        assert not told["helpdesk"]["abstained"]
        assert told["helpdesk"]["note"] is None


async def test_the_model_is_not_shown_those_before_the_question(
    post, secret, leave, engine, model_server
):
    await in_database(engine.activate)()
    model_server.says("25 days of paid annual leave [1].")
    turns = [said("user", "Hi"), said("assistant", HELLO), said("user", QUESTION)]
    answered = (await post(secret, {"model": "helpdesk", "messages": turns})).json()

    assert answered["helpdesk"]["engine"] == "Test model"
    # With a conversation before it the question would have been rewritten first.
    assert len(model_server.requests) == 1
    assert HELLO not in str(model_server.requests[0].messages)
