"""The policy that keeps a page from running or loading anything that is not its own."""

from asgiref.sync import iscoroutinefunction
from django.core.exceptions import DisallowedHost
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


def guarded(request, response):
    """Older browsers do not count a socket of the same host under 'self'."""
    try:
        socket = f" {'wss' if request.is_secure() else 'ws'}://{request.get_host()}"
    except DisallowedHost:
        socket = ""
    response.headers.setdefault("Content-Security-Policy", POLICY.format(socket=socket))
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response
