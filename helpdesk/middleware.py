"""What every response gets: a policy for browsers, and no sign-in page inside another page."""

from urllib.parse import urlsplit

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils.decorators import sync_and_async_middleware

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'{socket}; frame-ancestors 'none'; base-uri 'none'; form-action 'self';"
    " object-src 'none'"
)


@sync_and_async_middleware
def content_security_policy(get_response):
    """Sets the policy on every response that has none of its own."""
    if iscoroutinefunction(get_response):

        async def middleware(request):
            return guarded(request, await get_response(request))

    else:

        def middleware(request):
            return guarded(request, get_response(request))

    return middleware


@sync_and_async_middleware
def signed_out(get_response):
    """Tells htmx of an ended session: it would put the sign-in page where a part of one belongs."""
    if iscoroutinefunction(get_response):

        async def middleware(request):
            return told(request, await get_response(request))

    else:

        def middleware(request):
            return told(request, get_response(request))

    return middleware


def told(request, response):
    """Loads the page anew, but where something was sent: what was written would be lost."""
    if not (request.htmx and response.status_code == 302 and is_sign_in(response.url)):
        return response
    headers = {"HX-Refresh": "true"} if request.method == "GET" else {}
    return HttpResponse(status=401, headers=headers)


def is_sign_in(address: str) -> bool:
    return urlsplit(address).path in (resolve_url(settings.LOGIN_URL), resolve_url("admin:login"))


def guarded(request, response):
    """Older browsers do not count a socket of the same host under 'self'."""
    try:
        socket = f" {'wss' if request.is_secure() else 'ws'}://{request.get_host()}"
    except DisallowedHost:
        socket = ""
    response.headers.setdefault("Content-Security-Policy", POLICY.format(socket=socket))
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response
