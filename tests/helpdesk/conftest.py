"""What the tests of the answer's stages share: a document, a model's engine, and a way to ask."""

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from helpdesk import chain, making
from helpdesk.models import Engine
from tests.helpdesk.answers import FACT, QUESTION, events_of, publish
from tests.helpdesk.chats import ScriptedChain, answered


@pytest.fixture
def leave(everyone):
    return publish(everyone, "leave.pdf", FACT)


@pytest.fixture
def engine(model_server, settings):
    settings.LLM_TIMEOUT_SECONDS = 5.0
    return Engine(
        name="Test model",
        kind=Engine.Kind.OPENAI,
        base_url=model_server.base_url,
        model="test-model",
    )


@pytest.fixture
def ask(employee):
    def ask(question=QUESTION, history=(), engine=None, user=employee):
        return events_of(chain.answer(question, user, history, engine))

    return ask


@pytest.fixture
def script(monkeypatch):
    """The chain as a test tells it, shown without a pause."""
    monkeypatch.setattr(making, "SHOW_EVERY", 0.0)
    return ScriptedChain(monkeypatch)


@pytest.fixture
def chat(client, employee):
    """The employee's conversation, with the employee signed in."""
    client.force_login(employee)
    return answered(employee).conversation_id


@pytest.fixture
def browser():
    """A client that is signed in."""

    def sign_in(user):
        client = Client()
        client.force_login(user)
        return client

    return sync_to_async(sign_in)
