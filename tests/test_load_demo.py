"""The demo company in the database."""

import io

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command

from knowledge.demo import company
from knowledge.models import Collection, Document

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture(autouse=True)
def out_of_reach(settings):
    """As a desk is that nobody has set up: the test runner itself would add a name."""
    settings.ALLOWED_HOSTS = sorted(company.LOOPBACK)


def load_demo():
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def test_it_makes_accounts_that_can_sign_in_and_prints_them():
    said = load_demo()
    for account in company.ACCOUNTS:
        user = authenticate(username=account.username, password=f"demo-{account.username}")
        assert user.get_full_name() == account.name
        assert f"demo-{account.username}" in said
    assert User.objects.get(username="administrator").is_superuser


def test_each_account_sees_its_collections():
    load_demo()
    expected = {
        "administrator": {"everyone", "managers", "finance"},
        "employee": {"everyone"},
        "manager": {"everyone", "managers"},
        "accountant": {"everyone", "finance"},
        "curator": {"everyone"},
    }
    for username, slugs in expected.items():
        visible = Collection.objects.visible_to(User.objects.get(username=username))
        assert set(visible.values_list("slug", flat=True)) == slugs


def test_curators_may_edit_pairs_and_nothing_of_the_handbook():
    load_demo()
    curator = User.objects.get(username="curator")
    assert curator.is_staff
    assert curator.has_perm("tuning.change_qapair")
    assert not curator.has_perm("knowledge.add_version")


def test_only_administrators_switch_engines_and_override_gates(make_user):
    load_demo()
    clerk = make_user("clerk", "Administrators", is_staff=True)
    curator = User.objects.get(username="curator")
    for right in ("tuning.switch_engine", "tuning.override_gates"):
        assert clerk.has_perm(right)
        assert not curator.has_perm(right)
    assert curator.has_perm("tuning.view_switch")


def test_members_of_administrators_may_upload_without_being_superusers(make_user):
    load_demo()
    helper = make_user("helper", "Administrators", is_staff=True)
    assert helper.has_perm("knowledge.add_version")
    assert helper.has_perm("helpdesk.change_engine")


def test_the_handbook_is_queued_whole():
    load_demo()
    files = {path.name for path in company.DOCS.glob("*/*.*")}
    assert len(files) >= 14
    assert set(Document.objects.values_list("name", flat=True)) == files
    assert not Document.objects.exclude(versions__status="queued").exists()


def test_a_second_time_changes_nothing_that_somebody_changed():
    load_demo()
    employee = User.objects.get(username="employee")
    employee.set_password("something else")
    employee.save()
    Collection.objects.filter(slug="finance").update(open_to_all=True)
    assert "Documents queued: 0" in load_demo()
    employee.refresh_from_db()
    assert employee.check_password("something else")
    assert Collection.objects.get(slug="finance").open_to_all
    assert User.objects.count() == len(company.ACCOUNTS)


@pytest.mark.parametrize(
    ("name", "value"), [("HOST", "0.0.0.0"), ("ALLOWED_HOSTS", ["desk.example.com"])]
)
def test_a_desk_within_others_reach_gets_no_known_passwords(settings, name, value):
    settings.ALLOWED_HOSTS = []
    setattr(settings, name, value)
    with pytest.raises(CommandError, match="set DEMO_PASSWORD, or DEMO=false"):
        load_demo()
    assert not User.objects.exists()


def test_a_weak_password_is_refused_where_others_reach_the_desk(settings):
    settings.HOST, settings.DEMO_PASSWORD = "0.0.0.0", "password"
    with pytest.raises(CommandError, match="DEMO_PASSWORD: This password is too common"):
        load_demo()


def test_with_a_password_of_its_own_it_loads_anywhere_and_keeps_it_to_itself(settings):
    settings.HOST, settings.DEMO_PASSWORD = "0.0.0.0", "carrots and kerosene"
    said = load_demo()
    assert authenticate(username="employee", password="carrots and kerosene")
    assert not authenticate(username="employee", password="demo-employee")
    assert "carrots" not in said


def test_known_passwords_of_an_earlier_start_are_refused_or_replaced(settings):
    load_demo()
    settings.HOST, settings.DEMO = "0.0.0.0", False
    with pytest.raises(CommandError, match="deactivate these accounts"):
        load_demo()
    settings.DEMO_PASSWORD = "carrots and kerosene"
    company.guard()
    assert authenticate(username="manager", password="carrots and kerosene")
    assert not authenticate(username="manager", password="demo-manager")


def test_deactivated_demo_accounts_are_no_danger(settings):
    load_demo()
    User.objects.update(is_active=False)
    settings.HOST, settings.DEMO = "0.0.0.0", False
    company.guard()
