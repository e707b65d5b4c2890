"""Asks an engine as the chat does, and a bare model as a stranger would."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

from django.utils.translation import gettext as _

from helpdesk import chain
from helpdesk.answerers import FELL_BACK
from helpdesk.engines import chat_model
from helpdesk.events import Done, Failed, Sources
from helpdesk.models import Engine
from knowledge.found import Found
from tuning.errors import TuningError

# So many characters tell whether a model declines, or gives a secret away.
MOST = 600


class Asker:
    """Asks in one event loop from the first question to the last, on the same connections."""

    def __init__(self):
        self.runner = asyncio.Runner()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.runner.close()

    def answered(
        self, engine: Engine, question: str, user, collections: tuple[str, ...]
    ) -> tuple[Done, tuple[Found, ...]]:
        """The end of an answer, and the passages it was made from. Raises TuningError.

        Collections are named, so no curated answer steps in.
        """
        return self.runner.run(followed(engine, question, user, collections))

    def check(self, engine: Engine) -> None:
        """Raises TuningError where nothing serves the engine's model."""
        if engine.kind == Engine.Kind.OPENAI:
            self.said(engine, [{"role": "user", "content": "Hello?"}], most=1)

    def said(self, engine: Engine, messages: list[dict[str, str]], most: int = MOST) -> str:
        """What the bare model says, unchecked. Raises TuningError where it does not answer."""
        return self.runner.run(spoken(engine, messages, most))


async def followed(engine, question, user, collections):
    passages: tuple[Found, ...] = ()
    end: Done | Failed | None = None
    # To its very end: the stages close in order.
    async for event in chain.answer(question, user, engine=engine, collections=collections):
        match event:
            case Sources(found):
                passages = found
            case Done() | Failed():
                end = event
    if not isinstance(end, Done):
        raise TuningError(end.message if end else _("The engine ended without an answer."))
    # A model that says nothing is one whose answers quotes replace.
    return replace(end, replaced=end.replaced or end.note == FELL_BACK), passages


async def spoken(engine: Engine, messages: list[dict[str, str]], most: int) -> str:
    text = ""
    try:
        model = await chat_model(engine)
        # A small model may go on for ever: closing the stream stops it.
        async with aclosing(model.astream(messages)) as pieces:
            async for piece in pieces:
                text += piece.text
                if len(text) >= most:
                    break
    except Exception:  # whatever the client raises
        raise TuningError(_("“%(engine)s” does not answer.") % {"engine": engine}) from None
    return text
