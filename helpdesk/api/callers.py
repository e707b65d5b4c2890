"""Who asks: the key in the request's head, and the person whose rights it lends."""

from dataclasses import dataclass
from typing import Any

from channels.db import database_sync_to_async
from django.utils.translation import gettext as _

from helpdesk.api.errors import ApiError
from helpdesk.asking import in_the_making
from helpdesk.models import ApiKey
from helpdesk.models.keys import WINDOW, digest

SCHEME = "bearer"


@dataclass(frozen=True, slots=True)
class Caller:
    """A key that holds, in plain values; `scope` is the slugs that it may search, None for all."""

    key: ApiKey
    user: Any
    scope: tuple[str, ...] | None


def secret_of(request) -> str:
    """What stands behind "Bearer". Raises ApiError for none."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not secret.strip():
        raise ApiError(
            401,
            _("No API key came with this request: send it as “Authorization: Bearer KEY”."),
            "invalid_api_key",
        )
    return secret.strip()


@database_sync_to_async
def caller(secret: str) -> Caller:
    """Whose key it is. Raises ApiError where it opens nothing, whatever the reason."""
    key = ApiKey.objects.usable().select_related("user").filter(digest=digest(secret)).first()
    if key is None:
        message = _("This API key is not known, has expired or was revoked. Ask for a new one.")
        raise ApiError(401, message, "invalid_api_key")
    return Caller(key, key.user, key.scope())


@database_sync_to_async
def admit(caller: Caller) -> int:
    """Counts a question; gives how many the person waits for in the chat.

    Raises ApiError where it is one too many in this minute.
    """
    if caller.key.count() > caller.key.per_minute:
        message = _("This key may ask %(count)s questions a minute. Wait, then ask again.")
        raise ApiError(
            429,
            message % {"count": caller.key.per_minute},
            "rate_limit_exceeded",
            retry_after=int(WINDOW.total_seconds()) // 6,
        )
    return len(in_the_making(caller.user))
