"""A body that is too large is not read: not for who is not signed in, and to a bound for nobody."""

import json

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import encode_multipart

from helpdesk.bodies import Body
from knowledge.archives import MOST_BYTES
from knowledge.models import Version
from tests.helpdesk.api.conftest import make_key
from tests.helpdesk.chats import SECONDS

pytestmark = pytest.mark.django_db(transaction=True)
SMALL = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
PIECE = b"x" * 500_000
BOUNDARY = "----border"


async def sent(path, *pieces, client=None, length=None, headers=(), accept="en"):
    """The status, the headers and the text of the answer to a body in pieces."""
    from helpdesk.asgi import application as desk

    told = [(b"host", b"localhost"), (b"accept-language", accept.encode()), *headers]
    if length is not None:
        told.append((b"content-length", str(length).encode()))
    if client:
        cookies = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
        told.append((b"cookie", cookies.encode()))
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": told,
    }
    request = ApplicationCommunicator(desk, scope)
    for piece in pieces:
        await request.send_input({"type": "http.request", "body": piece, "more_body": True})
    await request.send_input({"type": "http.request", "body": b"", "more_body": False})
    start = await request.receive_output(SECONDS)
    body, more = b"", True
    while more:
        part = await request.receive_output(SECONDS)
        body, more = body + part.get("body", b""), part.get("more_body", False)
    await request.send_input({"type": "http.disconnect"})
    await request.wait(SECONDS)
    found = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return start["status"], found, body.decode()


async def test_nothing_large_is_read_from_who_is_not_signed_in():
    status, headers, _ = await sent("/documents/", length=SMALL + 1)
    assert (status, headers["location"]) == (302, "/accounts/login/?next=/")


async def test_a_length_that_is_not_told_is_counted():
    status, headers, _ = await sent("/accounts/login/", *[PIECE] * 6)
    assert status == 302
    assert headers["location"].startswith("/accounts/login/")


async def test_a_script_of_an_ended_session_is_told(browser):
    status, *_ = await sent("/documents/", length=SMALL + 1, headers=[(b"hx-request", b"true")])
    assert status == 401


async def test_more_than_an_archive_may_hold_is_taken_from_nobody(browser, administrator):
    client = await browser(administrator)
    status, _, page = await sent("/documents/", client=client, length=MOST_BYTES + 1, accept="de")
    assert status == 413
    assert "größer als 2000 MB" in page


async def test_who_uploads_nothing_may_send_no_more_than_words(browser, employee):
    client = await browser(employee)
    status, _, page = await sent("/", client=client, length=SMALL + 1)
    assert status == 413
    assert "larger than 2 MB" in page


async def test_a_file_of_some_megabytes_arrives(browser, administrator, everyone):
    client = await browser(administrator)
    client.cookies["csrftoken"] = "t" * 32
    fields = {"collection": everyone.pk, "files": SimpleUploadedFile("long.txt", PIECE * 7)}
    whole = encode_multipart(BOUNDARY, fields)
    headers = [
        (b"content-type", f"multipart/form-data; boundary={BOUNDARY}".encode()),
        (b"x-csrftoken", b"t" * 32),
    ]
    status, _, page = await sent(
        "/documents/", whole, client=client, length=len(whole), headers=headers
    )
    assert status == 200
    assert (await Version.objects.aget()).size == 7 * len(PIECE) > SMALL
    assert "long.txt" in page


async def test_the_api_refuses_in_its_own_words(employee):
    _, key = await sync_to_async(make_key)(employee)
    headers = [(b"authorization", f"Bearer {key}".encode()), (b"content-type", b"application/json")]
    for how in ({"length": SMALL + 1}, {}):
        pieces = () if how else [PIECE] * 6
        status, _, body = await sent("/v1/chat/completions", *pieces, headers=headers, **how)
        assert status == 413
        assert "larger than 1,000,000 bytes" in json.loads(body)["error"]["message"]


async def test_what_comes_after_a_refusal_is_dropped_until_the_client_goes():
    coming = [{"type": "http.request", "body": PIECE, "more_body": True}] * 3
    coming.append({"type": "http.disconnect"})

    async def receive():
        return coming.pop(0)

    scope = {"headers": [(b"content-length", b"99999999")], "cookies": {}}
    body = Body(scope, receive)
    assert await body.receive() == {"type": "http.request", "body": b"", "more_body": False}
    assert len(coming) == 4
    assert await body.receive() == {"type": "http.disconnect"}
