"""What every response gets: a policy for browsers, and no dead end after signing in."""

from urllib.parse import urlsplit

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import DisallowedHost
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.decorators import sync_and_async_middleware
from django.utils.http import url_has_allowed_host_and_scheme

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
    """Sees to what comes of an ended session, and of the address of a form that is opened.

    htmx would put the sign-in page where a part of one belongs; and signing in would lead to the
    address of a form, which is no page.
    """
    if iscoroutinefunction(get_response):

        async def middleware(request):
            response = await get_response(request)
            if is_bare_form(request, response):
                return await sync_to_async(no_page)(request, response)
            return told(request, response)

    else:

        def middleware(request):
            response = get_response(request)
            return (no_page if is_bare_form(request, response) else told)(request, response)

    return middleware


def told(request, response):
    """The response in its place. Where something was sent by htmx the page is not loaded anew: what
    was written would be lost."""
    if response.status_code != 302 or not is_sign_in(response.url):
        return response
    if request.htmx:
        headers = {"HX-Refresh": "true"} if request.method == "GET" else {}
        return HttpResponse(status=401, headers=headers)
    opened = request.method in ("GET", "HEAD")
    return response if opened else redirect_to_login(page_of(request))


def is_bare_form(request, response) -> bool:
    """Whether somebody has opened the address that a form is sent to; the API tells by itself."""
    return response.status_code == 405 and request.method == "GET" and not response.content


def no_page(request, refused):
    page = render(request, "405.html", status=405)
    page.headers["Allow"] = refused.headers["Allow"]
    return page


def page_of(request) -> str:
    """The page on which the form stood that was sent."""
    came_from = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    )
    parts = urlsplit(came_from)
    if not own or is_sign_in(parts.path):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


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
