"""OpenAI's client for chat completions, whose streamed pieces stay plain dicts."""

from openai import AsyncStream
from openai.resources.chat.completions import AsyncCompletions


class PlainStream(AsyncStream[object]):
    """The pieces as the endpoint sent them; LangChain skips a choice without text by its None."""

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
