"""The pages around one's conversations: whose they are, and what they do."""

import re

import pytest
from django.urls import reverse

from helpdesk import history
from helpdesk.models import Conversation
from tests.helpdesk.chats import answered

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def mine(client, employee, leave):
    """The employee's conversation, with the employee signed in."""
    client.force_login(employee)
    return answered(employee, leave).conversation


def manage(found) -> str:
    return reverse("manage_conversation", args=[found.pk])


def export(found) -> str:
    return reverse("export_conversation", args=[found.pk])


def test_signed_out_leads_to_the_sign_in_page(client, mine):
    client.logout()
    for url in (manage(mine), export(mine), reverse("conversations"), reverse("who_reads")):
        assert client.get(url).headers["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("who", ["outsider", "manager", "curator", "administrator"])
def test_somebody_elses_are_not_there(client, request, mine, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(manage(mine)).status_code == 404
    assert client.post(manage(mine), {"deed": "pin"}).status_code == 404
    assert client.get(export(mine)).status_code == 404
    assert "How many days?" not in client.get(reverse("conversations"), {"q": "days"}).text
    mine.refresh_from_db()
    assert not mine.pinned


def test_the_dialog_offers_every_deed(client, mine):
    dialog = client.get(manage(mine), headers=HTMX).text

    for word in ("Save the name", "Pin to the top", export(mine), "Delete…"):
        assert word in dialog
    assert "<html" not in dialog
    assert "<html" in client.get(manage(mine)).text


def test_renaming_shows_the_list_anew_and_keeps_its_order(client, mine):
    before = mine.updated_at
    at = HTMX | {"HX-Current-URL": f"http://testserver/c/{mine.pk}/"}
    part = client.post(manage(mine), {"deed": "rename", "title": "<b>Leave</b>"}, headers=at).text
    mine.refresh_from_db()

    assert mine.title == "<b>Leave</b>"
    assert mine.updated_at == before
    assert 'id="conversation-list" hx-swap-oob="innerHTML"' in part
    assert 'id="conversation-title"' in part
    assert 'aria-current="page"' in part
    assert "<b>Leave" not in part


@pytest.mark.parametrize("title", ["", "   ", "x" * 121])
def test_a_name_that_cannot_be_taken_is_told(client, mine, title):
    response = client.post(manage(mine), {"deed": "rename", "title": title}, headers=HTMX)

    assert "errorlist" in response.text
    mine.refresh_from_db()
    assert mine.title == "How many days?"


def test_pinning_and_unpinning(client, mine):
    assert "Pinned" in client.post(manage(mine), {"deed": "pin"}, headers=HTMX).text
    assert "Unpin" in client.get(manage(mine), headers=HTMX).text
    assert "Pinned" not in client.post(manage(mine), {"deed": "unpin"}, headers=HTMX).text
    assert client.post(manage(mine), {"deed": "burn"}).status_code == 400
    assert client.post(manage(mine), {"deed": "pin"}).headers["Location"] == f"/c/{mine.pk}/"


def test_the_search_marks_what_it_found_escaped(client, mine):
    mine.messages.filter(role="user").update(text="<i>How many</i> days?")
    part = client.get(reverse("conversations"), {"q": "many"}, headers=HTMX).text

    assert "&lt;i&gt;How <mark>many</mark>&lt;/i&gt; days?" in part
    assert f"#message-{mine.messages.first().pk}" in part
    assert "None of your" in client.get(reverse("conversations"), {"q": "zebra"}, headers=HTMX).text


def test_without_a_script_the_search_is_a_page(client, mine):
    page = client.get(reverse("conversations"), {"q": "days\0"}).text

    assert "<html" in page
    assert f"/c/{mine.pk}/#message-" in page


def test_later_pages_come_by_themselves(client, employee, mine, monkeypatch):
    monkeypatch.setattr(history, "PAGE", 1)
    Conversation.objects.create(user=employee, title="The newest")
    page = client.get("/").text
    assert "The newest" in page
    assert 'hx-trigger="intersect once, click"' in page
    more = history.listed(employee)["more"]
    part = client.get(reverse("conversations"), {"before": more}, headers=HTMX).text

    assert "How many days?" in part
    assert "The newest" not in part
    assert "<ul" not in part


def test_the_export_holds_questions_answers_dates_and_sources(client, mine, leave):
    response = client.get(export(mine))
    text = response.text

    assert response.headers["Content-Disposition"] == 'attachment; filename="how-many-days.md"'
    assert text.startswith("# How many days?\n")
    assert re.search(r"^\*\d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d\*$", text, re.M)
    assert "> How many days?" in text
    assert "Take 25 days [1]." in text
    assert "- [1] leave, page 1, version 1 of " in text
    assert "“How many days of paid annual leave: 25" in text


def test_what_a_person_answered_is_exported_with_their_name(client, mine, curator):
    mine.messages.create(role="staff", text="I looked it up: *26*.", author=curator)

    assert "## Answer by curator\n" in client.get(export(mine)).text


def test_what_is_withheld_stays_withheld_in_the_export(client, mine, everyone):
    everyone.open_to_all = False
    everyone.save()
    text = client.get(export(mine)).text

    assert "you can no longer open" in text
    assert "25" not in text.split("## Answer")[1].replace("2025", "")


def test_a_mark_whose_source_is_gone_is_left_out_of_the_export(client, mine, leave):
    leave.document.delete()

    assert "Take 25 days." in client.get(export(mine)).text


def test_it_is_told_who_can_read_what(client, mine, settings):
    assert "kept until you delete them" in client.get(reverse("who_reads")).text
    assert reverse("who_reads") in client.get("/").text
    settings.CONVERSATION_DAYS = 90
    assert "90 days after their last message" in client.get(reverse("who_reads")).text
    assert "90 days after their last message" in client.get("/").text
