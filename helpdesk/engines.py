"""From an Engine row to a LangChain chat model, and the row that the settings ask for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from helpdesk.models import Engine

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OPENAI = "https://api.openai.com/v1"
CONFIGURED = Engine.CONFIGURED
QUOTES = "quotes"
RETRIES = 2
CONNECT_SECONDS = 5.0


def api_key(engine: Engine) -> str:
    """The key of the settings, for the endpoint they name; no other endpoint is told it."""
    if same_address(engine.base_url, settings.SERVING_URL):
        return "none"
    known = {
        Engine.Key.LLM: (settings.LLM_BASE_URL, settings.LLM_API_KEY),
        Engine.Key.TUNING: (settings.TUNING_BASE_URL, settings.TUNING_API_KEY),
    }
    address, key = known[engine.key]
    # Servers without keys ignore it, and the client refuses to start without one.
    return (same_address(engine.base_url, address) and key) or "none"


def same_address(one: str, other: str) -> bool:
    return (one or OPENAI).rstrip("/") == (other or OPENAI).rstrip("/")


# Making a client costs more than an answer's tokens: it is kept, and its connections with it.
_kept: dict[asyncio.AbstractEventLoop, Kept] = {}


class Kept:
    """The chat models of one event loop, which are closed when it ends."""

    def __init__(self):
        self.models: dict[tuple, BaseChatModel] = {}
        self.end = self.closing()

    async def closing(self) -> AsyncGenerator[None, None]:
        """Stands still while the loop runs: a loop closes its generators before it ends."""
        try:
            yield
        finally:
            for model in self.models.values():
                await model.root_async_client.close()


async def chat_model(engine: Engine) -> BaseChatModel:
    """The chat model of an `openai` engine; one a loop, as are its connections."""
    loop = asyncio.get_running_loop()
    if loop not in _kept:
        for closed in [each for each in _kept if each.is_closed()]:
            del _kept[closed]
        _kept[loop] = Kept()
        await anext(_kept[loop].end)
    models = _kept[loop].models
    seconds = settings.LLM_TIMEOUT_SECONDS
    key = (engine.base_url or OPENAI, engine.model, api_key(engine), seconds)
    if key not in models:
        # In a thread: the loop must go on meanwhile.
        await asyncio.to_thread(import_client)
        models.setdefault(key, make(*key))
    return models[key]


def import_client() -> None:
    """Takes a second at the first time."""
    import_module("langchain_openai")


def make(base_url: str, model: str, key: str, seconds: float) -> BaseChatModel:
    from langchain.chat_models import init_chat_model
    from openai import DefaultAioHttpClient, Timeout

    from helpdesk.model_stream import PlainCompletions

    timeout = Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
    made = init_chat_model(
        model,
        model_provider="openai",
        base_url=base_url,
        api_key=key,
        temperature=0,
        timeout=timeout,
        max_retries=RETRIES,
        http_async_client=DefaultAioHttpClient(timeout=timeout),
        http_socket_options=(),
        openai_proxy="",
        use_responses_api=False,
        # The chain itself limits the wait for each piece.
        stream_chunk_timeout=None,
    )
    made.async_client = PlainCompletions(made.root_async_client)
    return made


@transaction.atomic
def create_configured_engine() -> Engine:
    """Brings the rows in line with LLM_BASE_URL and LLM_MODEL; gives the active one.

    New or changed settings switch their engine on. Unchanged ones leave the choice of whoever
    switched engines since. Without LLM_MODEL its row goes, and `quotes` answers if it was active.
    """
    quotes, _ = Engine.objects.get_or_create(name=QUOTES)
    # Web and worker may start at once: whoever comes second waits here.
    rows = {engine.name: engine for engine in Engine.objects.select_for_update()}
    configured = rows.get(CONFIGURED)
    if settings.LLM_MODEL:
        wanted = {
            "kind": Engine.Kind.OPENAI,
            "base_url": settings.LLM_BASE_URL,
            "model": settings.LLM_MODEL,
        }
        configured = configured or Engine(name=CONFIGURED)
        if any(getattr(configured, field) != value for field, value in wanted.items()):
            for field, value in wanted.items():
                setattr(configured, field, value)
            configured.activate()
    elif configured:
        configured.delete()
    if not Engine.objects.filter(active=True).exists():
        quotes.activate()
    return Engine.current()
