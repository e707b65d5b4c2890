"""Signing in takes so many tries a name and address, on every page and over all processes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from helpdesk import tasks
from helpdesk.errors import HelpdeskError
from helpdesk.models import SignInTries
from knowledge.models import AuditEntry
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
WRONG = "The name and the password do not match an account."
LOCKED = "Too many tries. Try again in 15 minutes."


@pytest.fixture(autouse=True)
def three_tries(settings):
    settings.SIGN_IN_TRIES, settings.SIGN_IN_MINUTES = 3, 15


@pytest.fixture
def sign_in(client):
    def sign_in(name="employee", password="wrong", address="192.0.2.1", page="login", **headers):
        fields = {"username": name, "password": password}
        return client.post(reverse(page), fields, REMOTE_ADDR=address, headers=headers)

    return sign_in


@pytest.fixture
def few_tries_an_address(settings):
    settings.SIGN_IN_TRIES_PER_ADDRESS = 5


def lock(sign_in, **how):
    return [sign_in(**how) for _ in range(3)][-1]


def test_the_last_wrong_try_tells_to_wait(employee, sign_in):
    assert WRONG in sign_in().text
    assert WRONG in sign_in().text
    assert LOCKED in sign_in().text


def test_whoever_must_wait_is_not_let_in_with_the_right_password(employee, sign_in):
    lock(sign_in)
    page = sign_in(password=PASSWORD)

    assert LOCKED in page.text
    assert not page.wsgi_request.user.is_authenticated


def test_the_wait_ends(employee, sign_in):
    lock(sign_in)
    passed = timezone.now() - timedelta(minutes=16)
    SignInTries.objects.update(since=passed, locked_until=timezone.now() - timedelta(seconds=1))

    assert sign_in(password=PASSWORD).status_code == 302


def test_a_right_password_forgets_the_wrong_ones(client, employee, sign_in):
    for _ in range(4):
        assert WRONG in sign_in().text
        assert sign_in(password=PASSWORD).status_code == 302
        client.logout()
    assert not SignInTries.objects.filter(user=employee).exists()


def test_tries_of_long_ago_do_not_count(employee, sign_in):
    sign_in()
    sign_in()
    SignInTries.objects.update(since=timezone.now() - timedelta(minutes=15))

    assert WRONG in sign_in().text


def test_the_last_try_may_be_the_right_one(employee, sign_in):
    sign_in()
    sign_in()

    assert sign_in(password=PASSWORD).status_code == 302


def test_other_addresses_and_other_names_go_on(employee, manager, sign_in):
    lock(sign_in)

    assert sign_in(name="manager", password=PASSWORD).status_code == 302
    assert sign_in(password=PASSWORD, address="192.0.2.2").status_code == 302


@pytest.mark.parametrize("language", ["en-gb", "de"])
def test_nothing_tells_whether_the_name_exists(employee, sign_in, language):
    for known, unknown in zip(
        [sign_in(**{"Accept-Language": language}) for _ in range(4)],
        [sign_in(name="nobody", **{"Accept-Language": language}) for _ in range(4)],
        strict=True,
    ):
        told = [page.context["form"].non_field_errors() for page in (known, unknown)]
        assert told[0]
        assert told[0] == told[1]
        assert known.status_code == unknown.status_code


def test_it_is_told_in_german(employee, sign_in):
    page = lock(sign_in, **{"Accept-Language": "de"})

    assert "Zu viele Versuche. Versuchen Sie es in 15 Minuten noch einmal." in page.text


def test_the_admins_own_page_counts_the_same_tries(administrator, sign_in):
    sign_in(name="administrator")
    sign_in(name="administrator", page="admin:login")

    assert LOCKED in sign_in(name="administrator", page="admin:login").text
    assert LOCKED in sign_in(name="administrator", password=PASSWORD).text


def test_a_network_of_v6_addresses_is_one(employee, sign_in):
    for number in range(3):
        page = sign_in(address=f"2001:db8:1:2::{number}")

    assert LOCKED in page.text
    assert {tries.address for tries in SignInTries.objects.all()} == {"2001:db8:1:2::/64"}
    assert WRONG in sign_in(address="2001:db8:1:3::1").text


def test_what_was_typed_as_a_name_is_kept_nowhere(employee, sign_in, caplog):
    lock(sign_in, name="my-secret-password", password="another")

    rows = list(SignInTries.objects.values())
    assert "secret" not in str(rows)
    assert "another" not in str(rows)
    assert {row["user_id"] for row in rows} == {None}
    assert not AuditEntry.objects.exists()
    assert [one.getMessage() for one in caplog.records if one.name.startswith("helpdesk")] == [
        "Sign-in locked after 3 tries from 192.0.2.1."
    ]


def test_the_audit_trail_tells_of_accounts_that_were_locked_and_unlocked(
    client, employee, administrator, sign_in
):
    lock(sign_in)
    client.force_login(administrator)
    page = reverse("admin:helpdesk_signintries_changelist")
    assert "192.0.2.1" in client.get(page).text
    chosen = {"action": "lift", "_selected_action": [SignInTries.objects.get(user=employee).pk]}
    assert "They can try again." in client.post(page, chosen, follow=True).text

    told = list(AuditEntry.objects.order_by("pk").values_list("action", "by_name", "detail"))
    assert told == [
        ("locked", "", "employee, 192.0.2.1: 3 tries to sign in"),
        ("unlocked", "administrator", "employee, 192.0.2.1"),
    ]
    assert "locked a sign-in" in client.get(reverse("trail")).text
    client.logout()
    assert sign_in(password=PASSWORD).status_code == 302


def test_only_administrators_see_who_must_wait(client, employee, curator, managers_keeper, sign_in):
    lock(sign_in)
    page = reverse("admin:helpdesk_signintries_changelist")

    for user, status in ((employee, 302), (curator, 403), (managers_keeper, 403)):
        client.force_login(user)
        assert client.get(page).status_code == status
    client.force_login(managers_keeper)
    assert "192.0.2.1" not in client.get(reverse("trail")).text


def test_the_shell_lifts_it_too(employee, sign_in, capsys):
    lock(sign_in)
    call_command("unlock", "employee")

    assert "“employee” can try again." in capsys.readouterr().out
    assert sign_in(password=PASSWORD).status_code == 302
    with pytest.raises(CommandError, match="is not locked out"):
        call_command("unlock", "employee")


def test_what_holds_nobody_up_is_deleted_at_night(employee, manager, sign_in):
    sign_in(name="manager")
    lock(sign_in)
    SignInTries.objects.update(since=timezone.now() - timedelta(minutes=15))
    tasks.forget(0)

    assert SignInTries.objects.get().user == employee


@pytest.mark.django_db(transaction=True)
def test_of_many_tries_at_once_none_slips_past():
    def one(_):
        try:
            SignInTries.objects.begin("nobody", "192.0.2.1")
        except HelpdeskError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(24))) == 3


def test_a_person_changes_their_own_password(client, employee):
    client.force_login(employee)
    page = reverse("new_password")
    assert page in client.get("/").text
    given = {"old_password": PASSWORD, "new_password1": "carrots and kerosene"}
    refused = client.post(page, given | {"new_password2": "carrots"})
    assert "match" in refused.text
    told = client.post(page, given | {"new_password2": "carrots and kerosene"}, follow=True)

    assert "Your new password holds from now on." in told.text
    employee.refresh_from_db()
    assert employee.check_password("carrots and kerosene")


def test_an_address_that_tries_many_names_must_wait_under_every_name(
    employee, sign_in, few_tries_an_address, caplog
):
    pages = [sign_in(name=f"name-{number}") for number in range(5)]

    assert [LOCKED in page.text for page in pages] == [False, False, False, False, True]
    page = sign_in(password=PASSWORD)
    assert LOCKED in page.text
    assert not page.wsgi_request.user.is_authenticated
    assert sign_in(password=PASSWORD, address="192.0.2.2").status_code == 302
    assert AuditEntry.objects.get().detail == "192.0.2.1: 5 tries to sign in"
    assert "name-" not in str(list(SignInTries.objects.values())) + caplog.text


def test_right_passwords_do_not_count_for_the_address(
    client, employee, manager, sign_in, few_tries_an_address
):
    for _ in range(4):
        assert WRONG in sign_in().text
        for name in ("employee", "manager"):
            assert sign_in(name=name, password=PASSWORD).status_code == 302
            client.logout()

    assert LOCKED in sign_in(name="manager").text


def test_the_limit_of_an_address_can_be_left_out(sign_in, few_tries_an_address, settings):
    settings.SIGN_IN_TRIES_PER_ADDRESS = 0

    assert all(WRONG in sign_in(name=f"name-{number}").text for number in range(8))


def test_an_address_that_is_not_known_has_no_limit_of_its_own(sign_in, few_tries_an_address):
    assert all(WRONG in sign_in(name=f"name-{n}", address="").text for n in range(8))


def test_an_address_is_let_in_again_by_the_admin_and_by_the_shell(
    client, employee, administrator, sign_in, few_tries_an_address, capsys
):
    for lift in ("admin", "shell"):
        for number in range(5):
            sign_in(name=f"name-{number}")
        if lift == "shell":
            call_command("unlock", "192.0.2.1")
            assert "“192.0.2.1” can try again." in capsys.readouterr().out
        else:
            client.force_login(administrator)
            page = reverse("admin:helpdesk_signintries_changelist")
            assert "every name" in client.get(page).text
            chosen = [one.pk for one in SignInTries.objects.locked()]
            client.post(page, {"action": "lift", "_selected_action": chosen})
            client.logout()
        assert sign_in(password=PASSWORD).status_code == 302
        client.logout()
    told = AuditEntry.objects.filter(action="unlocked").values_list("detail", flat=True)
    assert list(told) == ["192.0.2.1", "192.0.2.1"]


def test_nobody_changes_a_password_without_the_old_one(client, employee):
    page = reverse("new_password")
    assert "/accounts/login/" in client.get(page).url
    client.force_login(employee)
    new = {"new_password1": "carrots and kerosene", "new_password2": "carrots and kerosene"}
    client.post(page, new | {"old_password": "wrong"})

    employee.refresh_from_db()
    assert employee.check_password(PASSWORD)
