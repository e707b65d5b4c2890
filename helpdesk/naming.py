"""Asks the model for a conversation's title, some time after its first answer."""

import asyncio

from helpdesk import engines, generation, greetings, prompts, titles
from helpdesk.models import Conversation, Engine, Message

SECONDS = 20.0


def name(conversation_id: int) -> None:
    """Gives a conversation the title that the active model finds for its first question.

    It keeps the one it has where no model is there, where it fails, and where the person has
    named the conversation meanwhile. Nothing but the question is told to the model.
    """
    engine = Engine.current()
    asked = Message.objects.filter(conversation=conversation_id, role=Message.Role.USER)
    texts = asked.values_list("text", flat=True)
    question = next((text for text in texts if not greetings.recognised(text)), "")
    # A small model that is shown chosen sentences has learned to answer, and nothing else.
    if engine.kind == Engine.Kind.QUOTES or not engine.reads_history or not question:
        return
    if title := asyncio.run(suggested(engine, question)):
        unnamed = Conversation.objects.filter(pk=conversation_id, title=titles.of(question))
        unnamed.update(title=title)


async def suggested(engine: Engine, question: str) -> str:
    """What the model calls the question; "" where it fails or says something else."""
    try:
        async with asyncio.timeout(SECONDS):
            model = await engines.chat_model(engine)
            reply = await model.ainvoke(prompts.title_messages(question))
            return titles.said(reply.text)
    except Exception as error:
        generation.log_failure(error)
        return ""
