"""What is asked of a language model, within bounds of time and length, and what came of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, aclosing
from typing import TYPE_CHECKING

from django.conf import settings

from helpdesk import prompts
from knowledge import sentences

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from helpdesk.events import Turn

logger = logging.getLogger(__name__)

CONDENSE_SECONDS = 10.0
# Meanwhile a person waits, for an answer that the documents would give as well.
JUDGE_SECONDS = 3.0
# A question longer than this is no rewritten question, but an answer or an essay.
CONDENSED_CHARS = 500
# A model that repeats itself without end is stopped here.
ANSWER_CHARS = 12_000
THINK, THOUGHT = "<think>", "</think>"


def log_failure(error: Exception):
    """Notes the kind of failure and never its text, which may quote the question."""
    status = getattr(error, "status_code", None)
    kind = type(error).__name__
    logger.warning("The language model failed: %s%s", kind, f" ({status})" if status else "")


async def stand_alone(model: BaseChatModel, question: str, history: Sequence[Turn]) -> str:
    """The question as it can be understood without `history`, which holds a question.

    "" where the model fails or says something else.
    """
    try:
        async with asyncio.timeout(min(CONDENSE_SECONDS, settings.LLM_TIMEOUT_SECONDS)):
            reply = await model.ainvoke(prompts.condense_messages(question, history))
        text = reply.text.rpartition(THOUGHT)[2].strip().strip('"“”')
    except Exception as error:
        log_failure(error)
        return ""
    return text if "\n" not in text and len(text) <= CONDENSED_CHARS else ""


async def asks_same(model: BaseChatModel, asked: str, pinned: str) -> bool:
    """Whether the model says plainly that the two questions ask the same thing.

    False where it fails, takes long, or says anything but yes.
    """
    try:
        async with asyncio.timeout(min(JUDGE_SECONDS, settings.LLM_TIMEOUT_SECONDS)):
            reply = await model.ainvoke(prompts.same_question_messages(asked, pinned))
    except Exception as error:
        log_failure(error)
        return False
    return prompts.says_yes(reply.text.rpartition(THOUGHT)[2])


class Pieces:
    """What has come of a reply and was not taken yet: its text, and how it finished.

    A model's pieces often come together, and are taken together: each by itself would go through
    all the stages.
    """

    def __init__(self):
        self.text, self.finish = "", ""
        self.error: Exception | None = None
        self.over, self.there = False, asyncio.Event()

    async def fill(self, model: BaseChatModel, messages: list[dict[str, str]]) -> None:
        """Takes in a reply, to its end or to the model's failure."""
        try:
            async with aclosing(model.astream(messages)) as chunks:
                async for chunk in chunks:
                    self.text += chunk.text
                    self.finish = chunk.response_metadata.get("finish_reason") or self.finish
                    self.there.set()
        except Exception as error:
            self.error = error
        self.over = True
        self.there.set()

    async def taken(self, seconds: float) -> AsyncIterator[str]:
        """The text as it comes. Raises what the model raised, and TimeoutError after `seconds`
        without a piece."""
        while not self.over or self.text:
            if not self.there.is_set():
                async with asyncio.timeout(seconds):
                    await self.there.wait()
            self.there.clear()
            text, self.text = self.text, ""
            if text:
                yield text
        if self.error:
            raise self.error


class Reply:
    """A model's answer as it comes. `cut_off`: it ended before its end, for whatever reason.

    `too_long` says that it did so because of its length.
    """

    def __init__(self):
        self.text = ""
        self.cut_off = False
        self.too_long = False
        self.held = ""
        self.thinking: bool | None = None

    async def stream(
        self, model: BaseChatModel, messages: list[dict[str, str]], opened: AsyncExitStack
    ) -> AsyncIterator[str]:
        """The pieces of the text. A failure of the model ends it and raises nothing.

        When `opened` closes, the request ends, whatever has become of this iterator.
        """
        pieces = Pieces()
        # A task of its own: the stages' iterators hold each other, and can't always be closed from
        # outside while one runs.
        task = asyncio.create_task(pieces.fill(model, messages))
        opened.callback(task.cancel)
        try:
            async with aclosing(pieces.taken(settings.LLM_TIMEOUT_SECONDS)) as texts:
                async for text in texts:
                    room = ANSWER_CHARS + 1 - len(self.text)
                    if piece := self.take(self.spoken(text)[:room]):
                        yield piece
                    if len(self.text) > ANSWER_CHARS:
                        pieces.finish = "length"
                        break
        except Exception as error:
            log_failure(error)
            self.cut_off = True
        else:
            self.cut_off = pieces.finish != "stop"
            self.too_long = pieces.finish == "length"
        finally:
            task.cancel()
        if not self.thinking and (piece := self.take(self.held)):
            yield piece

    def take(self, piece: str) -> str:
        """Adds `piece` to the text, without the white space before the first word."""
        piece = piece if self.text else piece.lstrip()
        self.text += piece
        return piece

    def spoken(self, piece: str) -> str:
        """What of `piece` is meant for the person: models may think aloud before they answer."""
        if self.thinking is False:
            return piece
        self.held += piece
        if self.thinking is None:
            opening = self.held.lstrip()
            if len(opening) < len(THINK) and THINK.startswith(opening):
                return ""
            self.thinking = opening.startswith(THINK)
        if self.thinking:
            _, thought, self.held = self.held.rpartition(THOUGHT)
            if not thought:
                # The end of the thought may itself come in pieces.
                self.held = self.held[-len(THOUGHT) :]
                return ""
            self.thinking = False
        spoken, self.held = self.held, ""
        return spoken


def sentence_pieces(text: str) -> Iterator[str]:
    """The text in pieces of a sentence each, with the white space after it."""
    starts = [start for start, _ in sentences.split(text)][1:]
    for start, end in zip([0, *starts], [*starts, len(text)], strict=True):
        if start < end:
            yield text[start:end]
