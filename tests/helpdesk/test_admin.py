"""Engines are kept in the admin; conversations are nobody else's business."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from helpdesk.models import Conversation, Engine, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def engines():
    return [Engine.objects.create(name=name) for name in ("one", "two")]


def activate(client, *engines):
    data = {"action": "activate", "_selected_action": [engine.pk for engine in engines]}
    return client.post(reverse("admin:helpdesk_engine_changelist"), data, follow=True)


def test_an_engine_is_activated_and_the_one_before_is_not(client, administrator, engines):
    engines[0].activate()
    client.force_login(administrator)
    response = activate(client, engines[1])

    assert "From the next question on, two answers." in response.text
    assert Engine.current() == engines[1]
    assert Engine.objects.get(active=True).activated_by == administrator


def test_two_engines_cannot_be_activated_at_once(client, administrator, engines):
    client.force_login(administrator)

    assert "Choose exactly one engine." in activate(client, *engines).text
    assert not Engine.objects.filter(active=True).exists()


def test_who_looks_after_engines_points_none_elsewhere_without_the_right_to(
    client, make_user, engines
):
    user = make_user("operator", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__endswith="_engine"))
    user.user_permissions.remove(Permission.objects.get(codename="point_engine"))
    client.force_login(user)
    page = reverse("admin:helpdesk_engine_change", args=[engines[0].pk])
    told = client.get(page).text
    assert "Every question goes to this address" in told
    assert 'name="base_url"' not in told
    elsewhere = {"kind": "openai", "base_url": "http://elsewhere.example/v1", "model": "theirs"}
    values = {"name": "renamed", "context": "passages", "courtesies": ""} | elsewhere
    client.post(page, values)
    engines[0].refresh_from_db()
    assert (engines[0].name, engines[0].kind, engines[0].base_url) == ("renamed", "quotes", "")
    add = reverse("admin:helpdesk_engine_add")
    assert client.get(add).status_code == 403

    user.user_permissions.add(Permission.objects.get(codename="point_engine"))
    client.post(page, values)
    engines[0].refresh_from_db()
    assert engines[0].base_url == "http://elsewhere.example/v1"
    assert client.get(add).status_code == 200


def test_conversations_are_not_in_the_admin():
    assert not {Conversation, Message} & set(admin.site._registry)


@pytest.mark.parametrize("page", ["changelist", "add"])
def test_an_employee_is_kept_out(client, employee, page):
    client.force_login(employee)

    assert client.get(reverse(f"admin:helpdesk_engine_{page}")).status_code == 302


def test_an_engines_page_opens(client, administrator, engines):
    client.force_login(administrator)
    page = client.get(reverse("admin:helpdesk_engine_change", args=[engines[0].pk]))

    assert page.status_code == 200


def test_deleting_an_account_shows_no_word_of_its_conversations(client, administrator, employee):
    talk = Conversation.objects.create(user=employee, title="My secret illness")
    Message.objects.create(conversation=talk, role="user", text="Am I ill?")
    client.force_login(administrator)
    chosen = {"action": "delete_selected", "_selected_action": [employee.pk]}
    pages = [
        client.get(reverse("admin:auth_user_delete", args=[employee.pk])),
        client.post(reverse("admin:auth_user_changelist"), chosen),
    ]

    for page in pages:
        assert "Conversations: 1" in page.text
        assert "Messages: 1" in page.text
        assert "secret" not in page.text
