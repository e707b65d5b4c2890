"""Who asks: the key in the request's head, and the person whose rights it lends."""

from dataclasses import dataclass
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.api.errors import ApiError
from helpdesk.asking import in_the_making
from helpdesk.models import ApiCall, ApiKey
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
    """Counts a question and takes one of the person's places; gives the call that holds it.

    Raises ApiError where it is one too many in this minute, or at the same time.
    """
    if caller.key.count() > caller.key.per_minute:
        message = _("This key may ask %(count)s questions a minute. Wait, then ask again.")
        raise ApiError(
            429,
            message % {"count": caller.key.per_minute},
            "rate_limit_exceeded",
            retry_after=int(WINDOW.total_seconds()) // 6,
        )
    return take_place(caller)


@transaction.atomic
def take_place(caller: Caller) -> int:
    """One of the person's places, which the chat takes from as well, on whatever process.

    One person's calls are let in one at a time, so that none slips past the bound.
    """
    get_user_model().objects.select_for_update(no_key=True).get(pk=caller.user.pk)
    taken = ApiCall.objects.filter(key__user=caller.user).asking().count()
    if taken + len(in_the_making(caller.user)) >= settings.MAX_ANSWERS_PER_PERSON:
        message = _("%(count)s of your questions are being answered. Wait for one to end.")
        count = settings.MAX_ANSWERS_PER_PERSON
        raise ApiError(429, message % {"count": count}, "rate_limit_exceeded", retry_after=2)
    return ApiCall.objects.create(key=caller.key).pk
