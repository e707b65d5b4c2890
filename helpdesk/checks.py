"""Settings that are fine one by one and not together."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, register

from knowledge.embedders import backends
from knowledge.errors import KnowledgeError


@register("helpdesk")
def language_model(app_configs, **kwargs):
    """An endpoint needs a model, a model an endpoint, and an address must be one."""
    if settings.LLM_BASE_URL and not settings.LLM_MODEL:
        yield Error(
            "LLM_BASE_URL is set without LLM_MODEL.",
            hint="Name the model that the endpoint shall answer with in LLM_MODEL.",
            id="helpdesk.E001",
        )
    if settings.LLM_MODEL and not (settings.LLM_BASE_URL or settings.LLM_API_KEY):
        yield Error(
            "LLM_MODEL is set without LLM_BASE_URL and without LLM_API_KEY.",
            hint="Set LLM_BASE_URL to your endpoint, or LLM_API_KEY to use OpenAI's own.",
            id="helpdesk.E002",
        )
    if settings.LLM_BASE_URL and not is_address(settings.LLM_BASE_URL):
        yield Error(
            "LLM_BASE_URL is not an address.",
            hint="It looks like http://127.0.0.1:8001/v1 and is at most 200 characters long.",
            id="helpdesk.E003",
        )


@register("helpdesk")
def embedding_endpoint(app_configs, **kwargs):
    """A model of an endpoint needs one, and an address must be one."""
    of_endpoint = settings.EMBEDDING_MODEL.startswith("openai:")
    if of_endpoint and not (settings.EMBEDDING_BASE_URL or settings.EMBEDDING_API_KEY):
        yield Error(
            "EMBEDDING_MODEL names an endpoint's model, without EMBEDDING_BASE_URL and without "
            "EMBEDDING_API_KEY.",
            hint="Set EMBEDDING_BASE_URL to your endpoint, or EMBEDDING_API_KEY to use OpenAI's.",
            id="helpdesk.E005",
        )
    if settings.EMBEDDING_BASE_URL and not is_address(settings.EMBEDDING_BASE_URL):
        yield Error(
            "EMBEDDING_BASE_URL is not an address.",
            hint="It looks like http://127.0.0.1:8080/v1 and is at most 200 characters long.",
            id="helpdesk.E006",
        )


def is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= 200


@register("helpdesk")
def several_workers(app_configs, **kwargs):
    """Without Redis a worker can't tell the browsers of another what it answers."""
    if settings.WEB_WORKERS > 1 and not settings.REDIS_URL:
        yield Error(
            f"WEB_WORKERS is {settings.WEB_WORKERS} without REDIS_URL.",
            hint="Set REDIS_URL, or WEB_WORKERS to 1.",
            id="helpdesk.E004",
        )


@register("helpdesk")
def embedding_backend(app_configs, **kwargs):
    """The shipped model runs only in an arithmetic that the processor has instructions for."""
    try:
        backends.choose(settings.EMBEDDING_BACKEND)
    except KnowledgeError as error:
        yield Error(str(error), id="helpdesk.E009")


@register("helpdesk")
def handoff_webhook(app_configs, **kwargs):
    """A webhook is told what people wrote: its address must be one, and it must be able to tell
    that the desk is the sender."""
    if not settings.HANDOFF_WEBHOOK_URL:
        return
    if not is_address(settings.HANDOFF_WEBHOOK_URL):
        yield Error(
            "HANDOFF_WEBHOOK_URL is not an address.",
            hint="It looks like https://tickets.example.com/hooks/helpdesk.",
            id="helpdesk.E007",
        )
    if len(settings.HANDOFF_WEBHOOK_SECRET) < 16:
        yield Error(
            "HANDOFF_WEBHOOK_URL is set without a HANDOFF_WEBHOOK_SECRET of 16 characters or more.",
            hint="Set it to a long random word, and give it to the system that listens.",
            id="helpdesk.E008",
        )
