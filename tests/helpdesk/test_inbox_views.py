"""The inbox of feedback: who reads it, how it is filtered, and what staff do with each."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from helpdesk.models import Feedback
from tests.helpdesk.answers import publish
from tests.helpdesk.chats import answered

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
INBOX = "/feedback/"


@pytest.fixture
def given(employee, leave):
    answer = answered(employee, leave, engine="quotes")
    return Feedback.give(answer, employee, "down", ["wrong"], "It is 26 days.")


@pytest.fixture
def inbox(client, curator):
    """What the curator's inbox lists for these choices, as a page's text."""
    client.force_login(curator)
    return lambda **choices: client.get(INBOX, choices).text


@pytest.fixture
def page(given):
    return reverse("feedback_detail", args=[given.pk])


def state_of(given) -> str:
    given.refresh_from_db()
    return given.state


def test_signed_out_leads_to_the_sign_in_page(client, page):
    for url in (INBOX, page):
        assert client.get(url).headers["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("who", ["outsider", "employee", "manager"])
def test_without_the_permission_nobody_opens_it(client, request, page, given, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(INBOX).status_code == 403
    assert client.get(page).status_code == 403
    assert client.post(page, {"deed": "close"}).status_code == 403
    assert state_of(given) == "new"
    assert f'href="{INBOX}"' not in client.get("/").text


@pytest.mark.parametrize("who", ["curator", "administrator"])
def test_staff_read_question_answer_source_and_comment(client, request, page, given, leave, who):
    client.force_login(request.getfixturevalue(who))
    detail = client.get(page).text

    assert "How many days?" in client.get(INBOX).text
    assert f'href="{INBOX}"' in client.get("/").text
    for text in ("How many days?", "Take 25 days", "It is 26 days.", "Emer Byrne", "Wrong"):
        assert text in detail
    assert reverse("version", args=[leave.pk]) in detail


def test_who_may_explain_answers_is_led_to_why(client, curator, page, given):
    link = reverse("why", args=[given.message_id])
    client.force_login(curator)
    assert link not in client.get(page).text

    curator.user_permissions.add(Permission.objects.get(codename="explain_answer"))
    assert link in client.get(page).text
    assert client.get(link).status_code == 200


def test_an_answer_whose_sources_one_may_not_read_is_not_there(client, curator, manager, managers):
    bands = publish(managers, "bands.pdf", "Grade E ends at 90,000 EUR.")
    answer = answered(manager, bands, text="Grade E ends high [1].")
    hidden = Feedback.give(answer, manager, "down", comment="Too high.")
    client.force_login(curator)
    page = reverse("feedback_detail", args=[hidden.pk])

    assert "How many days?" not in client.get(INBOX).text
    assert client.get(page).status_code == 404
    assert client.post(page, {"deed": "close"}).status_code == 404
    assert reverse("correct_answer", args=[answer.pk]) not in client.get(INBOX).text
    assert client.get(reverse("correct_answer", args=[answer.pk])).status_code == 404


def test_who_may_only_read_handles_nothing(client, make_user, page, given):
    reader = make_user("reader")
    reader.user_permissions.add(Permission.objects.get(codename="view_feedback"))
    client.force_login(reader)

    assert "Take it up" not in client.get(page).text
    assert client.post(page, {"deed": "close"}).status_code == 403
    assert state_of(given) == "new"


def test_it_begins_with_what_is_to_be_done(inbox, given, employee, curator):
    Feedback.give(answered(employee), employee, "up")
    assert inbox().count('class="inbox-item"') == 1
    given.close(curator)

    assert "Nothing is to be done" in inbox()
    assert inbox(verdict="", state="").count('class="inbox-item"') == 2


@pytest.mark.parametrize(
    ("choices", "listed"),
    [
        ({"verdict": "down"}, True),
        ({"verdict": "up"}, False),
        ({"reason": "wrong"}, True),
        ({"reason": "tone"}, False),
        ({"state": "new"}, True),
        ({"state": "in_work"}, False),
        ({"engine": "quotes"}, True),
        ({"first": timezone.localdate().isoformat()}, True),
        ({"last": (timezone.localdate() - timedelta(days=2)).isoformat()}, False),
        ({"first": "nonsense", "reason": "", "collection": "999"}, True),
    ],
)
def test_it_is_filtered(inbox, given, choices, listed):
    assert ("inbox-item" in inbox(**choices)) == listed


def test_it_is_filtered_by_the_collection_of_the_sources(inbox, given, everyone, managers):
    assert "inbox-item" in inbox(collection=everyone.pk)
    other = type(everyone).objects.create(name="Other", slug="other", open_to_all=True)

    assert "No feedback matches" in inbox(collection=other.pk)
    assert "Managers" not in inbox()


def test_htmx_gets_the_list_alone(client, curator, given):
    client.force_login(curator)
    part = client.get(INBOX, headers=HTMX).text

    assert "inbox-item" in part
    assert "<html" not in part


def test_it_is_taken_up_and_closed(client, curator, page, given):
    client.force_login(curator)
    client.post(page, {"deed": "take_up"})
    assert state_of(given) == "in_work"
    assert given.handled_by == curator
    client.post(page, {"deed": "close"})

    assert state_of(given) == "closed"
    assert client.post(page, {"deed": "burn"}).status_code == 400


def test_one_step_leads_to_the_corrected_answer_and_back(client, curator, page, given):
    client.force_login(curator)
    correct = reverse("correct_answer", args=[given.message_id])

    assert f"{correct}?next=%2Ffeedback%2F{given.pk}%2F" in client.get(page).text
    assert client.get(correct).status_code == 200


def test_the_person_is_told_in_their_chat_until_they_have_seen_it(
    client, curator, employee, page, given
):
    client.force_login(curator)
    client.post(page, {"deed": "answer", "reply": "It is 26 days.", "reply_url": "/documents/"})
    assert state_of(given) == "answered"
    assert "Told, and not seen yet." in client.get(page).text

    client.force_login(employee)
    thread = given.message.conversation.get_absolute_url()
    assert "Your question is now answered" in client.get(reverse("feedback_news")).text
    assert f'href="{thread}?answered={given.pk}#reply-{given.message_id}"' in client.get("/").text
    opened = client.get(thread).text
    assert "It is 26 days." in opened
    assert "?answered=" not in opened
    assert "?answered=" not in client.get("/").text
    client.force_login(curator)
    assert "Told, and seen." in client.get(page).text


def test_nobody_else_is_told(client, curator, employee, outsider, given):
    given.answer(curator, "It is 26 days.")
    client.force_login(outsider)

    assert "notice" not in client.get(reverse("feedback_news")).text


@pytest.mark.parametrize(
    ("reply", "url"),
    [("", ""), ("Look.", "javascript:alert(1)"), ("Look.", "//evil.example"), ("Look.", "x")],
)
def test_a_reply_that_cannot_be_taken_is_told(client, curator, page, given, reply, url):
    client.force_login(curator)
    response = client.post(page, {"deed": "answer", "reply": reply, "reply_url": url})

    assert response.status_code == 400
    assert "errorlist" in response.text
    assert state_of(given) == "new"


def test_what_people_and_models_wrote_is_escaped(client, curator, employee, leave):
    answer = answered(employee, leave, text="<script>alert(1)</script>")
    given = Feedback.give(answer, employee, "down", comment="<script>alert(2)</script>")
    given.answer(curator, "<script>alert(3)</script>")
    client.force_login(curator)

    for url in (f"{INBOX}?state=", reverse("feedback_detail", args=[given.pk])):
        assert "<script>alert" not in client.get(url).text
