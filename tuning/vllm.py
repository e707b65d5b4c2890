"""vLLM's way of loading adapters into a running server.

It must run with `--enable-lora` and VLLM_ALLOW_RUNTIME_LORA_UPDATING=1, and read the adapters'
folder under the path that it has here. Who reaches these endpoints can load any file of that
machine as a model: they belong on an address that users don't reach.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
from django.conf import settings
from django.utils.translation import gettext as _

from tuning.errors import TuningError

LOAD_SECONDS = 120.0


def load(name: str, folder: Path) -> None:
    """Loads an adapter under a name; one that is loaded stays. Raises TuningError."""
    if name not in loaded():
        ask("POST", "load_lora_adapter", {"lora_name": name, "lora_path": str(folder)})


def unload(name: str) -> None:
    """Forgets an adapter; one that is not loaded is forgotten already. Raises TuningError."""
    if name in loaded():
        ask("POST", "unload_lora_adapter", {"lora_name": name})


def loaded() -> set[str]:
    """The names that the server answers to, the base model's among them. Raises TuningError."""
    try:
        return {model["id"] for model in ask("GET", "models").json()["data"]}
    except (ValueError, KeyError, TypeError):
        raise TuningError(_("What listens at SERVING_URL is no vLLM server.")) from None


def ask(method: str, path: str, body: dict[str, Any] | None = None) -> httpx2.Response:
    """The server's reply. Raises TuningError when it refuses or is not there."""
    address = f"{settings.SERVING_URL.rstrip('/')}/{path}"
    try:
        # No proxy of the environment: the server stands beside the desk.
        with httpx2.Client(timeout=LOAD_SECONDS, trust_env=False) as client:
            reply = client.request(method, address, json=body)
    except httpx2.HTTPError as error:
        raise TuningError(
            _("vLLM can't be reached at SERVING_URL (%(kind)s).") % {"kind": type(error).__name__}
        ) from None
    if not reply.is_success:
        raise TuningError(refusal(reply))
    return reply


def refusal(reply: httpx2.Response) -> str:
    """What the server says went wrong; its messages come in either of two forms."""
    try:
        body = reply.json()
        said = body.get("message") or body["error"]["message"]
    except (ValueError, KeyError, TypeError, AttributeError):
        said = f"HTTP {reply.status_code}"
        if reply.status_code == httpx2.codes.NOT_FOUND:
            return _(
                "vLLM does not load adapters: start it with --enable-lora and with"
                " VLLM_ALLOW_RUNTIME_LORA_UPDATING=1."
            )
    return _("vLLM refused: %(reason)s") % {"reason": str(said)[:300]}
