"""What accounts and groups may do is chosen in the reader's language, from what pages look at."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from helpdesk.account_admin import asked_for

pytestmark = pytest.mark.django_db
OPTION = re.compile(r'<option value="(\d+)"[^>]*>([^<]+)</option>')
NAMED = re.compile(r"""(?:["'(]|perms\.)(knowledge|helpdesk|tuning)\.([a-z]+_[a-z_]+)\b""")


def options(client, address, language) -> dict[str, str]:
    page = client.get(address, headers={"Accept-Language": language}).text
    return {pk: told for pk, told in OPTION.findall(page) if " – " in told}


@pytest.mark.parametrize("model", ["group", "user"])
def test_permissions_are_told_in_german(client, administrator, model):
    client.force_login(administrator)
    of = Group.objects.create(name="Staff") if model == "group" else administrator
    address = reverse(f"admin:auth_{model}_change", args=[of.pk])
    german, english = (options(client, address, one) for one in ("de", "en"))
    add = str(Permission.objects.get(codename="add_collection").pk)
    see = str(Permission.objects.get(codename="view_dashboard").pk)
    assert german[add] == "Wissen – Darf hinzufügen: Sammlung"
    assert german[see] == "Helpdesk – Darf die Übersicht sehen"
    assert english[add] == "Knowledge – Can add: collection"
    assert english[see] == "Help desk – Can see the dashboard"
    assert [told for told in german.values() if "Can " in told] == []


def test_all_that_a_page_looks_at_can_be_given_and_no_inner_table():
    given = {
        f"{one.content_type.app_label}.{one.codename}"
        for one in asked_for().select_related("content_type")
    }
    known = {
        f"{one.content_type.app_label}.{one.codename}"
        for one in Permission.objects.select_related("content_type")
    }
    sources = [
        path.read_text()
        for app in ("knowledge", "helpdesk", "tuning", "templates")
        for path in (settings.BASE_DIR / app).rglob("*")
        if path.suffix in (".py", ".html")
    ]
    named = {".".join(found) for text in sources for found in NAMED.findall(text)} & known
    assert len(named) > 20
    assert named <= given
    assert "helpdesk.view_message" not in given


def test_a_group_gets_what_was_chosen(client, administrator):
    client.force_login(administrator)
    see = Permission.objects.get(codename="view_dashboard")
    sent = {"name": "Staff", "permissions": [see.pk]}
    assert client.post(reverse("admin:auth_group_add"), sent).status_code == 302
    assert list(Group.objects.get(name="Staff").permissions.all()) == [see]
