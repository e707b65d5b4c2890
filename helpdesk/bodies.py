"""The bodies of requests, which Django writes to disk whole before any view looks at them.

What is larger than its sender may send is not read at all, or no further, and a page says so.
"""

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.db import SessionStore
from django.http import parse_cookie
from django.shortcuts import render
from django.utils.decorators import sync_and_async_middleware

from helpdesk import sessions
from helpdesk.database import in_thread
from knowledge.archives import MOST_BYTES

# Where the request says that its body was refused: how many bytes it may have.
REFUSED = "helpdesk.most_bytes"
# The API refuses in its own words.
API = "/v1/"


def bounded(inner):
    """`inner`, an application for HTTP, which is handed no more of a body than is taken."""

    async def application(scope, receive, send):
        await inner(scope, Body(scope, receive).receive, send)

    return application


class Body:
    """What comes of one body. Who may send files may send as much as an archive may hold."""

    def __init__(self, scope, receive):
        self.scope, self.incoming = scope, receive
        self.size, self.came = told(scope), 0
        self.most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        self.ended = False

    async def receive(self):
        """The next message; after the end of the body only that the client has gone."""
        if not self.ended and not await self.is_taken():
            return self.refused()
        message = await self.incoming()
        while self.ended and message["type"] == "http.request":
            message = await self.incoming()
        if message["type"] != "http.request":
            return message
        self.came += len(message.get("body", b""))
        self.size = max(self.size, self.came)
        if not await self.is_taken():
            return self.refused()
        self.ended = not message.get("more_body", False)
        return message

    async def is_taken(self) -> bool:
        if self.size > self.most and await may_send_files(cookies(self.scope)):
            self.most = MOST_BYTES
        return self.size <= self.most

    def refused(self) -> dict:
        self.ended = True
        self.scope[REFUSED] = self.most
        return {"type": "http.request", "body": b"", "more_body": False}


def told(scope) -> int:
    """How many bytes the body has, as its sender tells; 0 where that is not told."""
    length = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() and len(length) < 18 else 0


def cookies(scope) -> dict[str, str]:
    """Those of the request; Django reads them itself, and only a large body is looked at before."""
    return parse_cookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))


@in_thread
def may_send_files(given: dict[str, str]) -> bool:
    """Whether these are the cookies of somebody who uploads documents or works in the admin."""
    session = SessionStore(given.get(settings.SESSION_COOKIE_NAME))
    pk = session.get(SESSION_KEY)
    user = sessions.signed_in(session, int(pk)) if pk else None
    return user is not None and (user.is_staff or user.has_perm("knowledge.add_version"))


@sync_and_async_middleware
def refused_bodies(get_response):
    """Answers what was sent with too large a body."""
    if iscoroutinefunction(get_response):

        async def middleware(request):
            if is_refused(request):
                return await sync_to_async(refusal)(request)
            return await get_response(request)

    else:

        def middleware(request):
            return refusal(request) if is_refused(request) else get_response(request)

    return middleware


def is_refused(request) -> bool:
    return REFUSED in getattr(request, "scope", ()) and not request.path.startswith(API)


def refusal(request):
    """The way to sign in, or a page that tells what is taken."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    context = {"most": request.scope[REFUSED] // 1_000_000}
    return render(request, "413.html", context, status=413)
