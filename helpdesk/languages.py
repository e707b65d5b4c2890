"""The language of a person on a socket, as LocaleMiddleware finds it for a page."""

from types import SimpleNamespace

from channels.sessions import CookieMiddleware
from django.utils import translation


def of(scope) -> str:
    """What they have chosen, else what their browser asks for, else the desk's own."""
    headers = dict(scope.get("headers", ()))
    accepted = headers.get(b"accept-language", b"").decode("latin-1")
    asked = SimpleNamespace(
        COOKIES=scope.get("cookies", {}), META={"HTTP_ACCEPT_LANGUAGE": accepted}
    )
    return translation.get_language_from_request(asked)


def localised(inner):
    """`inner`, a socket's application, in the language of whoever is on it.

    Each socket is a task of its own, and so is its language; the threads and tasks that it begins
    inherit it.
    """

    async def application(scope, receive, send):
        with translation.override(of(scope)):
            await inner(scope, receive, send)

    return CookieMiddleware(application)
