"""What the tests of the answer's stages share: a document, a model's engine, and a way to ask."""

import pytest

from helpdesk import chain
from helpdesk.models import Engine
from tests.helpdesk.answers import FACT, QUESTION, events_of, publish


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
