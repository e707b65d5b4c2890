"""Answers in OpenAI's shapes, with their citations beside them."""

import json
import time
from collections.abc import Callable, Sequence
from uuid import uuid4

from django.urls import reverse

from helpdesk.citations import without_marks
from helpdesk.events import Done, Quote
from helpdesk.prompts import plain


class Reply:
    """One completion on its way: `model` is what answers, `absolute` makes a path a URL."""

    def __init__(self, model: str, absolute: Callable[[str], str]):
        self.model, self.absolute = model, absolute
        self.id, self.created = f"chatcmpl-{uuid4().hex}", int(time.time())

    def envelope(self, kind: str) -> dict:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}

    def completion(self, end: Done, usage: dict, conversation: str | None) -> dict:
        """The whole answer at once."""
        citations = [self.citation(quote, quote.number) for quote in end.quotes]
        message = {
            "role": "assistant",
            "content": end.text,
            "refusal": None,
            "citations": citations,
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish(end)}
        return self.envelope("chat.completion") | {
            "choices": [choice],
            "usage": usage,
            "citations": citations,
            "helpdesk": self.about(end, conversation),
        }

    def chunk(self, delta: dict, finish_reason: str | None = None) -> dict:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return self.envelope("chat.completion.chunk") | {"choices": [choice]}

    def last_chunks(self, end: Done, streamed: str, conversation, usage: dict | None) -> list[dict]:
        """The chunks after the text: the end with its citations, and where asked for the usage.

        The numbers of the citations are those in the text that was streamed. Where the checked
        answer says something else, it comes along as `text`, with its own numbers.
        """
        differs, numbers = numbering(end, streamed)
        citations = [
            self.citation(quote, number) for quote, number in zip(end.quotes, numbers, strict=True)
        ]
        told = self.about(end, conversation) | ({"text": end.text} if differs else {})
        beside = {"citations": citations, "helpdesk": told}
        chunks = [self.chunk({}, finish(end)) | beside]
        if usage is not None:
            envelope = self.envelope("chat.completion.chunk")
            chunks.append(envelope | {"choices": [], "usage": usage} | beside)
        return chunks

    def citation(self, quote: Quote, number: int | None) -> dict:
        return {
            "number": number,
            "document": quote.passage.document,
            "title": quote.passage.title,
            "date": quote.passage.date,
            "page": quote.page,
            "quote": quote.text if quote.verified else None,
            "verified": quote.verified,
            "url": self.absolute(path_of(quote)),
        }

    def about(self, end: Done, conversation: str | None) -> dict:
        """What the desk knows of its answer, beyond OpenAI's fields."""
        return {
            "engine": end.engine,
            "abstained": end.abstained,
            "cut_off": end.cut_off,
            "note": end.note or None,
            "unsupported": [end.text[start:stop] for start, stop in end.support.unsupported],
            "conflict": [[quote.passage.document, quote.passage.date] for quote in end.conflict],
            "conversation": self.absolute(conversation) if conversation else None,
        }


def path_of(quote: Quote) -> str:
    """Where a person with the rights sees the page that the quote stands on."""
    path = reverse("version", args=[quote.passage.version_id])
    return f"{path}?page={quote.page}" if quote.page else path


def numbering(end: Done, streamed: str) -> tuple[bool, Sequence[int | None]]:
    """Whether the checked answer differs from what was streamed, and each quote's number.

    A model's marks are streamed as it writes them, with the numbers of the passages it was shown.
    """
    written = {number for _place, found in without_marks(streamed)[1] for number in found}
    shown = any(quote.shown for quote in end.quotes)
    numbers = [quote.shown or None if shown else quote.number for quote in end.quotes]
    if plain(streamed) == plain(end.text) and written <= set(numbers):
        return False, numbers
    return True, [quote.number for quote in end.quotes]


def finish(end: Done) -> str:
    return "length" if end.cut_off else "stop"


def event(data: dict | str) -> bytes:
    """One event of a stream."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return f"data: {text}\n\n".encode()
