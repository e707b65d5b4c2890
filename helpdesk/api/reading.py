"""What a request asks for: its question and the turns before, checked.

Parameters that change nothing here are left alone, as other compatible servers do; one whose
absence would mislead the caller is refused in words.
"""

import json
from dataclasses import dataclass

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from helpdesk.api.errors import ApiError, refused
from helpdesk.events import Turn
from helpdesk.forms import QuestionForm

MOST_BYTES = 1_000_000
# The turns that are read, the last ones; of each so many characters.
TURNS, TURN_CHARS = 20, 4000
# Rules and tools are the desk's own: what the caller's system says is not passed on.
UNHEARD = ("system", "developer")
HEARD = ("user", "assistant")
# These would change what comes back; None, false and what is empty ask for nothing.
UNSERVED = (
    "tools",
    "functions",
    "audio",
    "logprobs",
    "top_logprobs",
    "web_search_options",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request in plain values. `usage`: the stream shall end with a chunk of numbers;
    `store`: question and answer go into the person's own conversations."""

    model: str
    question: str
    history: tuple[Turn, ...]
    stream: bool = False
    usage: bool = False
    store: bool = False


def asked(request) -> Asked:
    """The request's body. Raises ApiError with what is wrong."""
    body = parsed(body_of(request))
    for name in UNSERVED:
        if body.get(name):
            raise refused(_("The desk does not serve “%(name)s”.") % {"name": name}, name)
    if body.get("n") not in (None, 1):
        raise refused(_("The desk gives one answer: leave “n” out, or set it to 1."), "n")
    form = body.get("response_format") or {"type": "text"}
    if not isinstance(form, dict) or form.get("type") != "text":
        raise refused(_("The desk answers in text with Markdown alone."), "response_format")
    if body.get("modalities") not in (None, [], ["text"]):
        raise refused(_("The desk answers in text alone."), "modalities")
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise refused(_("Name a model; GET /v1/models lists them."), "model")
    question, history = conversation(body.get("messages"))
    options = body.get("stream_options") or {}
    return Asked(
        model,
        question,
        history,
        stream=flag(body, "stream"),
        usage=isinstance(options, dict) and options.get("include_usage") is True,
        store=flag(body, "store"),
    )


def body_of(request) -> bytes:
    """The bytes of the body. Raises ApiError for too many, without reading them if that is told."""
    told = request.headers.get("Content-Length", "")
    too_many = told.isdecimal() and int(told) > MOST_BYTES
    body = b"" if too_many else request.read(MOST_BYTES + 1)
    if too_many or len(body) > MOST_BYTES:
        message = _("The request is larger than %(most)s bytes: send fewer or shorter messages.")
        raise ApiError(
            413,
            message % {"most": number_format(MOST_BYTES, force_grouping=True)},
            "request_too_large",
        )
    return body


def parsed(body: bytes) -> dict:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise refused(_("The body is no JSON.")) from None
    if not isinstance(found, dict):
        raise refused(_("The body is no JSON object."))
    return found


def flag(body: dict, name: str) -> bool:
    """A true or false of the body; absent and null are false."""
    value = body.get(name)
    if value not in (None, True, False) or isinstance(value, int) and not isinstance(value, bool):
        raise refused(_("“%(name)s” is true or false.") % {"name": name}, name)
    return bool(value)


def conversation(messages) -> tuple[str, tuple[Turn, ...]]:
    """The question, which is the last message, and the turns before it."""
    if not isinstance(messages, list) or not messages:
        raise refused(_("“messages” is a list with the question as its last."), "messages")
    turns = [turn for number, one in enumerate(messages) if (turn := read(one, number))]
    if not turns or turns[-1].role != "user":
        raise refused(_("The last message is the user's question."), "messages")
    form = QuestionForm({"question": turns[-1].text})
    if not form.is_valid():
        long = len(turns[-1].text) > settings.MAX_QUESTION_CHARS
        raise refused(form.sentence, "messages", "context_length_exceeded" if long else None)
    history = (Turn(one.role, cut(one.text)) for one in turns[-TURNS - 1 : -1])
    return form.cleaned_data["question"], tuple(turn for turn in history if turn.text)


def cut(text: str) -> str:
    """The beginning of a turn, without what no database and no tokenizer takes."""
    return text[:TURN_CHARS].encode("utf-8", "ignore").decode().replace("\x00", "").strip()


def read(message, number: int) -> Turn | None:
    """One message as a turn; None for one that is not passed on."""
    place = f"messages[{number}]"
    role = message.get("role") if isinstance(message, dict) else None
    if role in UNHEARD:
        return None
    if role not in HEARD:
        raise refused(
            _("A message's role is system, user or assistant: tools are not served."), place
        )
    return Turn(role, text_of(message.get("content"), place))


def text_of(content, place: str) -> str:
    """The text of a message, which may come in parts. Raises ApiError for a picture or a sound."""
    if content is None or isinstance(content, str):
        return content or ""
    parts = content if isinstance(content, list) else [content]
    texts = [
        part.get("text") if isinstance(part, dict) and part.get("type") == "text" else None
        for part in parts
    ]
    if not all(isinstance(text, str) for text in texts):
        raise refused(_("The desk reads text alone: no pictures, sounds or files."), place)
    return "\n".join(texts)
