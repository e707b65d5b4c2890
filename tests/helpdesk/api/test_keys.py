"""Keys in the admin: who makes which, where the secret is told, and how one ends."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction

from helpdesk.models import ApiKey
from helpdesk.models.keys import digest
from tests.helpdesk.api.conftest import make_key

pytestmark = pytest.mark.django_db
LIST = "/admin/helpdesk/apikey/"


def form(user=None, **more) -> dict:
    return {"name": "Bot", "per_minute": "60", "user": user.pk if user else ""} | more


@pytest.fixture
def helper(make_user):
    """Staff who may make keys, and no superuser."""
    user = make_user("helper", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__model="apikey"))
    return user


def test_a_secret_is_told_once_and_only_its_hash_is_kept(client, administrator, employee):
    client.force_login(administrator)
    page = client.post(f"{LIST}add/", form(employee))
    secret = re.search(r"hd_[0-9a-f]{8}_[\w-]{43}", page.text).group()
    key = ApiKey.objects.get()

    assert "no-store" in page.headers["Cache-Control"]
    assert (key.user, key.created_by) == (employee, administrator)
    assert key.digest == digest(secret) != secret
    assert secret.startswith(f"{key.prefix}_")
    for path in (LIST, f"{LIST}{key.pk}/change/"):
        shown = client.get(path).text
        assert key.prefix in shown
        assert secret not in shown
        assert key.digest not in shown


def test_who_is_no_superuser_makes_keys_for_themselves_alone(client, helper, manager):
    client.force_login(helper)
    client.post(f"{LIST}add/", form(manager))

    assert ApiKey.objects.get().user == helper


def test_nor_changes_those_of_others(client, helper, manager):
    theirs, _ = make_key(manager, limited=True)
    mine, _ = make_key(helper)
    client.force_login(helper)
    client.post(f"{LIST}{theirs.pk}/change/", form(name="Mine now"))
    client.post(f"{LIST}{mine.pk}/change/", form(manager, name="Renamed"))

    theirs.refresh_from_db()
    mine.refresh_from_db()
    assert (theirs.name, theirs.limited) == ("Test", True)
    assert (mine.name, mine.user) == ("Renamed", helper)


def test_of_collections_one_sees_those_alone_that_one_may_read(
    client, helper, manager, managers, everyone
):
    theirs, _ = make_key(manager, limited=True)
    theirs.collections.set([managers])
    client.force_login(helper)
    new = client.get(f"{LIST}add/").text

    assert f">{everyone}</option>" in new
    assert f">{managers}</option>" not in new
    assert "Managers" not in client.get(f"{LIST}{theirs.pk}/change/").text


@pytest.mark.parametrize("who", ["employee", "curator", "outsider"])
def test_nobody_else_makes_any(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.post(f"{LIST}add/", form()).status_code in (302, 403)
    assert not ApiKey.objects.exists()


def test_revoking_asks_first_and_says_who_did_it(client, administrator, employee):
    key, _ = make_key(employee)
    client.force_login(administrator)
    chosen = {"action": "revoke", "_selected_action": [key.pk]}
    assert "Revoke these keys?" in client.post(LIST, chosen).text
    key.refresh_from_db()
    assert key.revoked_at is None

    client.post(LIST, chosen | {"sure": "yes"})
    key.refresh_from_db()
    assert (key.revoked_by, str(key.state)) == (administrator, "revoked")
    assert not ApiKey.objects.usable().exists()


def test_uses_are_counted_for_a_minute(employee, monkeypatch):
    from datetime import timedelta

    from django.utils import timezone

    key, _ = make_key(employee)
    assert [key.count() for _ in range(3)] == [1, 2, 3]
    ApiKey.objects.update(minute_began_at=timezone.now() - timedelta(minutes=2))
    assert key.count() == 1


def test_two_keys_never_share_a_secret(employee):
    key, _ = make_key(employee)
    key.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        key.save(force_insert=True)
