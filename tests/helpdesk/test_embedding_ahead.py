"""A question is embedded while its rows are written."""

import asyncio
from contextlib import AsyncExitStack
from types import SimpleNamespace

import pytest

from helpdesk import answering, precedence
from helpdesk.models import Message
from knowledge import embeddings
from knowledge.errors import KnowledgeError
from tests.helpdesk.answers import QUESTION
from tests.helpdesk.chats import all_answered, everything

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_question_is_embedded_while_its_rows_are_written(employee, leave, monkeypatch):
    texts, embed = [], embeddings.embed_question
    monkeypatch.setattr(
        embeddings, "embed_question", lambda text, model: texts.append(text) or embed(text, model)
    )
    await answering.start(None, QUESTION, employee)
    await all_answered()
    assert texts == [QUESTION]

    async with AsyncExitStack() as held:
        await held.enter_async_context(precedence.turn())
        assert answering.embedded_ahead(QUESTION) is None


async def test_a_courtesy_is_not(employee, leave, monkeypatch):
    texts = []
    monkeypatch.setattr(embeddings, "embed_question", lambda text, model: texts.append(text))
    await answering.start(None, "Hi!", employee)
    await all_answered()

    assert (await everything(Message))[-1].engine == "greeting"
    assert texts == []


async def test_of_questions_that_come_together_one_alone_is_embedded_ahead(leave):
    first = answering.embedded_ahead(QUESTION)
    assert first is not None
    assert answering.embedded_ahead(QUESTION) is None

    await first
    await asyncio.sleep(0)
    assert precedence.here().idle


async def test_a_question_that_could_not_be_embedded_ahead_is_answered(
    employee, leave, monkeypatch
):
    def failing(*args):
        monkeypatch.undo()
        raise KnowledgeError("Not now.")

    monkeypatch.setattr(embeddings, "embed_question", failing)
    await answering.start(None, QUESTION, employee)
    await all_answered()

    answer = (await everything(Message))[-1]
    assert (answer.status, answer.abstained) == ("done", False)


async def test_nothing_goes_to_an_endpoint_before_it_is_known_to_be_a_question(monkeypatch):
    """It may be refused, or be written to the person who has the conversation."""
    texts = []
    monkeypatch.setattr(embeddings, "embedder", lambda model: model)
    monkeypatch.setattr(embeddings, "embed_question", lambda text, model: texts.append(text))
    monkeypatch.setattr(answering.indexes, "active", lambda: SimpleNamespace(model="openai:far"))
    assert await answering.embedded_ahead(QUESTION) is None
    assert texts == []
