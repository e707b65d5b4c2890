"""The dashboard's page: who opens it, and that its pictures are told in words too."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from helpdesk.models import Feedback
from tests.helpdesk.answers import publish
from tests.helpdesk.chats import answered

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/"


@pytest.fixture
def page(client, curator):
    """The dashboard as the curator sees it."""
    client.force_login(curator)
    return lambda **choices: client.get(PAGE, choices).text


def test_signed_out_leads_to_the_sign_in_page(client, db):
    assert client.get(PAGE).headers["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("who", ["outsider", "employee", "manager"])
def test_without_the_permission_nobody_opens_it(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(PAGE).status_code == 403
    assert f'href="{PAGE}"' not in client.get("/").text


@pytest.mark.parametrize("who", ["curator", "administrator"])
def test_staff_open_it_from_the_menu(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(PAGE).status_code == 200
    assert f'href="{PAGE}"' in client.get("/").text


def test_without_questions_it_says_what_to_do(page):
    assert "Nothing was asked in this time" in page()


def test_it_shows_figures_pictures_and_tables(page, employee, leave):
    given = answered(employee, leave, timings_ms={"first_token": 1234})
    Feedback.give(given, employee, "down", ["wrong"])
    shown = page()

    assert '<svg class="bars"' in shown
    assert 'role="img" aria-label="Questions a day"' in shown
    assert '<td class="figure">1.23</td>' in shown
    assert "1,234 ms" in shown
    assert reverse("version", args=[leave.pk]) in shown
    assert "1 to do" in shown
    assert "style=" not in shown


def test_only_collections_that_one_may_read_are_offered(page, employee, leave, managers):
    bands = publish(managers, "bands.pdf", "Grade E ends at 90,000 EUR a year.")
    answered(employee, leave)

    assert "Managers" not in page()
    assert "bands" not in page(collection=managers.pk)
    assert "bands" not in page(days=7)
    assert bands


@pytest.mark.parametrize("choices", [{"days": "1000"}, {"days": "x"}, {"collection": "x"}])
def test_nonsense_in_the_address_shows_the_month(page, employee, leave, choices):
    answered(employee, leave)

    assert '<option value="30" selected>' in page()
    assert "Questions a day" in page(**choices)


def test_who_may_not_read_feedback_is_not_led_there(client, make_user, employee, leave):
    viewer = make_user("viewer")
    viewer.user_permissions.add(Permission.objects.get(codename="view_dashboard"))
    Feedback.give(answered(employee, leave), employee, "down")
    client.force_login(viewer)

    assert "to do" not in client.get(PAGE).text


def test_a_restricted_collection_of_few_says_why_it_is_silent(client, administrator, managers):
    client.force_login(administrator)

    assert "would tell of single people" in client.get(PAGE, {"collection": managers.pk}).text
