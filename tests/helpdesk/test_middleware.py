"""The policy that a browser enforces is on every page."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from helpdesk.middleware import content_security_policy

NAME = "Content-Security-Policy"


def test_a_page_may_use_only_what_is_its_own(client, db):
    policy = client.get("/accounts/login/").headers[NAME]

    assert "default-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_the_socket_of_the_same_host_is_allowed():
    respond = content_security_policy(lambda request: HttpResponse())
    plain, secure = RequestFactory().get("/"), RequestFactory().get("/", secure=True)

    assert "connect-src 'self' ws://testserver;" in respond(plain).headers[NAME]
    assert "connect-src 'self' wss://testserver;" in respond(secure).headers[NAME]


def test_a_forged_host_does_not_come_into_the_policy():
    respond = content_security_policy(lambda request: HttpResponse())
    request = RequestFactory().get("/", headers={"host": "evil.example; script-src *"})

    assert "evil" not in respond(request).headers[NAME]


def test_a_response_keeps_a_policy_of_its_own():
    respond = content_security_policy(lambda request: HttpResponse(headers={NAME: "sandbox"}))

    assert respond(RequestFactory().get("/")).headers[NAME] == "sandbox"


async def test_it_serves_async_responses():
    async def view(request):
        return HttpResponse()

    response = await content_security_policy(view)(RequestFactory().get("/"))

    assert NAME in response.headers


@pytest.mark.parametrize("page", ["/nowhere/", "/c/1/", "/documents/"])
def test_error_pages_and_redirects_have_it_too(client, db, page):
    assert NAME in client.get(page).headers


@pytest.mark.parametrize("page", ["/documents/", "/c/", "/admin/tuning/run/"])
def test_a_part_of_a_page_is_not_the_sign_in_page_once_the_session_is_over(client, db, page):
    asked = client.get(page, headers={"HX-Request": "true"})

    assert (asked.status_code, asked.headers["HX-Refresh"], asked.content) == (401, "true", b"")
    assert client.get(page).status_code == 302


def test_what_was_written_stays_when_it_is_sent_after_the_session(client, db):
    sent = client.post("/answers/1/feedback/", headers={"HX-Request": "true"})

    assert sent.status_code == 401
    assert "HX-Refresh" not in sent.headers


def test_a_form_that_is_sent_after_the_session_leads_back_to_its_page(client, db):
    def sent(referer):
        headers = {"Referer": referer} if referer else {}
        return client.post("/documents/1/dates/", headers=headers).url

    assert sent("http://testserver/documents/1/?q=a") == login("/documents/1/%3Fq%3Da")
    for elsewhere in ("", "https://evil.example/x", "http://testserver/accounts/login/"):
        assert sent(elsewhere) == login("/")


def login(page):
    return f"/accounts/login/?next={page}"


def test_the_address_of_a_form_is_explained(client, administrator):
    client.force_login(administrator)
    opened = client.get("/documents/1/dates/")

    assert (opened.status_code, opened.headers["Allow"]) == (405, "POST")
    assert "A form is sent to this address" in opened.content.decode()


@pytest.mark.django_db(transaction=True)
async def test_the_address_of_a_form_is_explained_on_the_loop_too(async_client, administrator):
    await async_client.aforce_login(administrator)

    assert "A form is sent" in (await async_client.get("/documents/retry/")).content.decode()


def test_a_redirect_to_elsewhere_is_followed(client, administrator):
    client.force_login(administrator)
    asked = client.get("/admin", headers={"HX-Request": "true"})

    assert asked.status_code == 301
