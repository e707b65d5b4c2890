"""OpenAI's client for chat completions, whose streamed pieces stay plain dicts."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress

from openai import AsyncStream
from openai._streaming import ServerSentEvent, SSEDecoder
from openai.resources.chat.completions import AsyncCompletions

# What ends an event.
ENDS = (b"\n\n", b"\r\n\r\n")
# Seconds for an endpoint to end what it has called done, so that its connection serves again.
DRAIN_SECONDS = 0.1
# All that a piece of mere text tells of the answer.
MERE_TEXT = {"content", "role"}


class PlainStream(AsyncStream[object]):
    """The pieces as the endpoint sent them; LangChain skips a choice without text by its None."""

    def __init__(self, **options):
        super().__init__(**options)
        self._decoder = Together()

    async def __aiter__(self):
        async for piece in self._iterator:
            for choice in piece.get("choices") or ():
                choice.setdefault("delta", None)
            yield piece


class PlainCompletions(AsyncCompletions):
    """Requests, retries and errors are OpenAI's own.

    The client would make a typed object of every piece, which costs more than all else that a token
    does, and LangChain would turn it back into a dict. LangChain takes dicts as they are. What is
    asked is JSON already: the client would look through it for what is to be made so.
    """

    async def create(self, **asked):
        if not asked.get("stream"):
            return await super().create(**asked)
        kinds = {"cast_to": object, "stream_cls": PlainStream}
        return await self._client.post("/chat/completions", body=asked, stream=True, **kinds)


class Together(SSEDecoder):
    """OpenAI's reader of events; text that comes in one read is one event, and costs what one does.

    It ends by itself where the endpoint is done: one that is left standing costs the loop more.
    """

    async def aiter_bytes(self, iterator: AsyncIterator[bytes]) -> AsyncIterator[ServerSentEvent]:
        rest = b""
        async for read in iterator:
            whole, rest = cut(rest + read)
            for event in together(self.iter_bytes([whole])):
                if event.data.startswith("[DONE]"):
                    await drain(iterator)
                    return
                yield event
        for event in together(self.iter_bytes([rest])):
            yield event


def cut(read: bytes) -> tuple[bytes, bytes]:
    """The events that are whole, and the beginning of the next."""
    end = max((at + len(each) for each in ENDS if (at := read.rfind(each)) >= 0), default=0)
    return read[:end], read[end:]


async def drain(iterator: AsyncIterator[bytes]) -> None:
    """Takes what may still come after an answer's end; whatever goes wrong, the answer is there."""
    with suppress(Exception):
        async with asyncio.timeout(DRAIN_SECONDS):
            async for _ in iterator:
                pass


def together(events: Iterable[ServerSentEvent]) -> Iterator[ServerSentEvent]:
    """The events, each run of mere text as one."""
    held: Said | None = None
    for event in events:
        said = said_by(event)
        if held and said:
            held.add(said)
            continue
        if held:
            yield held
        held = said
        if not said:
            yield event
    if held:
        yield held


class Said(ServerSentEvent):
    """A piece of an answer's text that was read already."""

    def __init__(self, event: ServerSentEvent, read: dict):
        super().__init__(data=event.data)
        self.read = read

    def add(self, other: "Said") -> None:
        self.read["choices"][0]["delta"]["content"] += other.read["choices"][0]["delta"]["content"]

    def json(self) -> dict:
        return self.read


def said_by(event: ServerSentEvent) -> Said | None:
    """What an event says, where that is a piece of the only answer's text and nothing else."""
    try:
        read = event.json()
        (choice,) = read["choices"]
        delta = choice["delta"]
        text = delta["content"]
    except (ValueError, KeyError, TypeError):
        return None
    told = choice.get("finish_reason") or choice.get("logprobs") or choice.get("index")
    more = told or read.get("usage") or read.get("error") or event.event
    return (
        None if more or delta.keys() - MERE_TEXT or not isinstance(text, str) else Said(event, read)
    )
