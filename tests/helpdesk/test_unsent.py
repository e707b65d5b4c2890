"""Without scripts a question that was sent as the session ended is in the box after signing in."""

import pytest
from django.urls import reverse

from helpdesk.models import Conversation
from helpdesk.unsent import KEY, writer
from tests.conftest import PASSWORD
from tests.helpdesk.chats import answered

pytestmark = pytest.mark.django_db(transaction=True)
WRITTEN = "How many days of leave do I have, & may I keep them?"
SHOWN = "How many days of leave do I have, &amp; may I keep them?</textarea>"


def send(client, user, address="/", **more):
    return client.post(address, {"question": WRITTEN, "writer": writer(user)}, **more)


def sign_in(client, page, username="employee"):
    assert page.headers["Location"].startswith(reverse("login"))
    return client.post(page.headers["Location"], {"username": username, "password": PASSWORD})


def test_it_is_in_the_box_once(client, employee):
    back = sign_in(client, send(client, employee))
    assert SHOWN in client.get(back.headers["Location"]).text
    assert SHOWN not in client.get("/").text
    assert not Conversation.objects.exists()


def test_nobody_else_who_signs_in_is_shown_it(client, employee, manager):
    sign_in(client, send(client, employee), "manager")
    assert WRITTEN.split()[0] not in client.get("/").text
    assert KEY not in client.session


def test_what_names_no_writer_is_shown_to_nobody(client, employee):
    sign_in(client, client.post("/", {"question": WRITTEN}))
    assert SHOWN not in client.get("/").text


def test_a_page_names_its_writer_and_not_in_plain_words(client, employee, manager):
    client.force_login(employee)
    assert f'name="writer" value="{writer(employee)}"' in client.get("/").text
    assert len({writer(employee), writer(manager), str(employee.pk), "employee"}) == 4


def test_it_is_in_the_box_of_its_conversation(client, employee, leave):
    address = answered(employee, leave).conversation.get_absolute_url()
    came_from = {"Referer": f"http://testserver{address}"}
    back = sign_in(client, send(client, employee, address, headers=came_from))
    assert back.headers["Location"] == address
    assert SHOWN in client.get(address).text


def test_no_more_is_kept_than_a_question_may_have(client, employee, settings):
    settings.MAX_QUESTION_CHARS = 8
    back = sign_in(client, send(client, employee))
    assert ">How many</textarea>" in client.get(back.headers["Location"]).text


def test_a_script_keeps_its_own_draft(client, employee):
    send(client, employee, headers={"HX-Request": "true"})
    assert KEY not in client.session


def test_whoever_has_signed_in_sends_it(client, employee):
    client.force_login(employee)
    send(client, employee)
    assert KEY not in client.session
    assert Conversation.objects.get().user == employee
