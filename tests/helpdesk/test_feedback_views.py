"""The thumbs under an answer: whose they are, what they keep, what the person is told."""

import pytest
from django.urls import reverse

from helpdesk import thread
from helpdesk.models import Feedback
from tests.helpdesk.chats import answered

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def answer(employee, leave):
    return answered(employee, leave, engine="quotes")


@pytest.fixture
def send(client, employee, answer):
    """Sends what the person says of the answer; gives the response."""
    client.force_login(employee)

    def send(**data):
        return client.post(reverse("feedback", args=[answer.pk]), data, headers=HTMX)

    return send


def said() -> list:
    return list(Feedback.objects.values_list("verdict", "reasons", "comment"))


def test_signed_out_leads_to_the_sign_in_page(client, answer):
    page, talk = reverse("feedback", args=[answer.pk]), answer.conversation.get_absolute_url()

    sent = client.post(page, HTTP_REFERER=f"http://testserver{talk}")

    assert sent.headers["Location"] == f"/accounts/login/?next={talk}"


@pytest.mark.parametrize("who", ["outsider", "manager", "curator", "administrator"])
def test_nobody_else_rates_an_answer(client, request, answer, who):
    client.force_login(request.getfixturevalue(who))
    page = reverse("feedback", args=[answer.pk])

    assert client.get(page).status_code == 404
    assert client.post(page, {"verdict": "up"}).status_code == 404
    assert not said()


def test_under_an_answer_stand_two_thumbs_unpressed(client, employee, answer):
    client.force_login(employee)
    page = client.get(answer.conversation.get_absolute_url()).text

    assert 'aria-label="This answer helped" aria-pressed="false"' in page
    assert 'aria-label="This answer did not help" aria-pressed="false"' in page


def test_so_they_do_at_the_end_of_the_stream(employee, answer):
    assert 'aria-label="This answer helped"' in thread.ended(answer.pk, employee)


def test_an_answer_that_failed_is_not_rated(client, employee):
    failed = answered(employee, text="", status="failed", error="Away.")
    client.force_login(employee)

    assert "This answer helped" not in client.get(failed.conversation.get_absolute_url()).text
    assert client.get(reverse("feedback", args=[failed.pk])).status_code == 404


def test_an_answer_that_is_withheld_is_not_rated(client, employee, answer, everyone):
    everyone.open_to_all = False
    everyone.save()
    client.force_login(employee)

    assert client.get(reverse("feedback", args=[answer.pk])).status_code == 404


def test_a_thumb_up_arrives_at_once(send):
    page = send(verdict="up").text

    assert 'aria-label="This answer helped" aria-pressed="true"' in page
    assert "It has arrived" in page
    assert "What was wrong?" not in page
    assert said() == [("up", [], "")]


def test_after_a_thumb_down_it_is_asked_what_was_wrong(send):
    page = send(verdict="down").text

    assert "What was wrong?" in page
    assert "Staff who may open this answer’s sources" in page
    assert said() == [("down", [], "")]


def test_reasons_and_comment_arrive_and_can_be_changed(client, send, answer):
    send(verdict="down")
    page = send(verdict="down", explained="on", reasons=["wrong", "tone"], comment="It is 26.").text
    assert "has arrived" in page
    assert "What was wrong?" not in page
    assert said() == [("down", ["wrong", "tone"], "It is 26.")]

    form = client.get(reverse("feedback", args=[answer.pk]), headers=HTMX).text
    assert 'value="wrong" checked' in form
    assert "It is 26." in form
    send(verdict="down", explained="on", reasons=["incomplete"], comment="")
    assert said() == [("down", ["incomplete"], "")]


def test_the_same_thumb_again_takes_it_back(send):
    send(verdict="down")
    page = send(verdict="down").text

    assert "Taken back" in page
    assert 'aria-pressed="true"' not in page
    assert not said()


@pytest.mark.parametrize(
    "data",
    [{}, {"verdict": "sideways"}, {"verdict": "down", "explained": "on", "reasons": "rude"}],
)
def test_what_cannot_be_taken_is_told(send, data):
    response = send(**data)

    assert response.status_code == 400
    assert 'role="alert"' in response.text
    assert not said()


def test_a_long_comment_is_refused_and_kept_out(send):
    response = send(verdict="down", explained="on", comment="x" * 2001)

    assert "Shorten it" in response.text
    assert not said()


def test_without_a_script_a_page_asks_and_leads_back(client, employee, answer):
    client.force_login(employee)
    page = reverse("feedback", args=[answer.pk])

    assert client.post(page, {"verdict": "down"}).headers["Location"] == page
    assert "What was wrong?" in client.get(page).text
    done = client.post(page, {"verdict": "down", "explained": "on", "comment": "26."})
    assert done.headers["Location"].endswith(f"#message-{answer.pk}")


def test_a_reply_stands_under_the_answer_and_what_it_holds_is_escaped(
    client, employee, curator, answer
):
    given = Feedback.give(answer, employee, "down")
    given.answer(curator, "It is <b>26</b> days.", "/documents/")
    client.force_login(employee)
    page = client.get(answer.conversation.get_absolute_url()).text

    assert "Your question is now answered." in page
    assert "It is &lt;b&gt;26&lt;/b&gt; days." in page
    assert 'href="/documents/"' in page
