"""The page that tells how to connect a tool."""

import pytest

pytestmark = pytest.mark.django_db


def test_staff_find_examples_with_this_desks_address(client, administrator):
    client.force_login(administrator)
    page = client.get("/connect/").text

    assert page.count("http://testserver/v1") >= 4
    assert "openai" in page
    assert "re.sub(r&quot;" in page or "&lt;@" in page
    assert "/admin/helpdesk/apikey/add/" in page


def test_who_may_make_no_key_is_told_whom_to_ask(client, curator):
    client.force_login(curator)
    page = client.get("/connect/").text

    assert "An administrator makes one" in page
    assert "apikey/add" not in page


@pytest.mark.parametrize("who", ["employee", "outsider"])
def test_it_is_for_staff(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get("/connect/").status_code == 403
    assert client.post("/connect/").status_code == 405


def test_signed_out_leads_to_the_sign_in_page(client):
    assert client.get("/connect/").headers["Location"].startswith("/accounts/login/")
