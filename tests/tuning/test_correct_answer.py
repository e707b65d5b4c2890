"""Correcting an answer of the chat, which makes a draft of it."""

import pytest
from django.urls import reverse

from helpdesk.models import Feedback, Message
from tests.helpdesk.answers import publish
from tests.helpdesk.chats import answered
from tuning.corrections import drawn_on
from tuning.errors import TuningError
from tuning.models import QAPair

FORM = {"question": "How many days?", "answer": "Thanks! You have 25 days [1].", "tags": "leave"}


@pytest.fixture
def leave(everyone):
    return publish(everyone, "leave.pdf", "You have 25 days of leave a year.")


@pytest.fixture
def rated(employee, leave):
    """An employee's answer, which they found wrong."""
    answer = answered(employee, leave, "25 days [1].")
    Feedback.give(answer, employee, "down", ["tone"])
    return answer


def page_of(answer):
    return reverse("correct_answer", args=[answer.pk])


def test_the_address_is_what_others_link_to(rated):
    assert page_of(rated) == f"/curation/answers/{rated.pk}/"


def test_curators_open_a_rated_answer_and_nobody_else_does(
    client, rated, curator, administrator, employee, manager, outsider, managers_keeper
):
    assert client.get(page_of(rated)).status_code == 302
    allowed = [(curator, 200), (administrator, 200)]
    others = [(user, 403) for user in (employee, manager, outsider, managers_keeper)]
    for user, code in allowed + others:
        client.force_login(user)
        assert client.get(page_of(rated)).status_code == code
        assert client.post(page_of(rated), FORM).status_code in (code, 302)
    assert QAPair.objects.count() == 1


def test_an_answer_that_nobody_rated_stays_its_persons_own(client, employee, leave, curator):
    client.force_login(curator)
    assert client.get(page_of(answered(employee, leave))).status_code == 404
    assert client.get(page_of(answered(curator, leave))).status_code == 200


def test_an_answer_out_of_a_restricted_document_is_not_shown(
    client, manager, managers, curator, administrator
):
    band = publish(managers, "bands.pdf", "The top band is seven.")
    answer = answered(manager, band, "Seven [1].", versions=[band.pk])
    Feedback.give(answer, manager, "down")
    for user, code in [(curator, 404), (administrator, 200)]:
        client.force_login(user)
        assert client.get(page_of(answer)).status_code == code


def test_a_question_and_an_unfinished_answer_are_not_corrected(client, curator, leave):
    client.force_login(curator)
    answer = answered(curator, leave)
    question = answer.conversation.messages.get(role="user")
    assert client.get(page_of(question)).status_code == 404
    Message.objects.filter(pk=answer.pk).update(status="answering")
    assert client.get(page_of(answer)).status_code == 404


def test_question_answer_and_sources_stand_side_by_side(client, rated, curator):
    client.force_login(curator)
    page = client.get(page_of(rated)).text
    assert "How many days?" in page
    assert ">25 days [1].</textarea>" in page.replace("\n25", "25")
    assert "You have 25 days of leave a year." in page


def test_saving_makes_a_draft_with_the_sources_in_one_step(client, rated, leave, curator):
    client.force_login(curator)
    answer = client.post(page_of(rated), FORM)
    pair = QAPair.objects.get()
    assert answer.url == reverse("admin:tuning_qapair_change", args=[pair.pk])
    assert (pair.answer, pair.tags, pair.status) == (FORM["answer"], ["leave"], "draft")
    assert (pair.origin, pair.message, pair.author) == ("chat", rated, curator)
    assert list(pair.sources.all()) == [leave]
    page = client.get(answer.url).text
    assert page_of(rated) in page
    assert "from the chat" in page


def test_a_pair_that_came_to_rest_on_a_restricted_document_is_not_shown(
    client, rated, managers, curator, administrator
):
    pair = QAPair.from_answer(rated, "The top band is seven.", administrator)
    pair.sources.add(publish(managers, "bands.pdf", "The top band is seven."))
    client.force_login(curator)
    assert client.get(page_of(rated)).status_code == 404
    assert client.post(page_of(rated), FORM).status_code == 404

    pair.refresh_from_db()
    assert pair.answer == "The top band is seven."
    client.force_login(administrator)
    assert client.get(page_of(rated)).status_code == 200


def test_it_can_be_submitted_at_once_and_leads_back(client, rated, curator):
    client.force_login(curator)
    done = client.post(page_of(rated), FORM | {"submit": "yes", "next": "/feedback/"})
    assert done.url == "/feedback/"
    assert QAPair.objects.get().status == "in_review"
    assert "it is in review" in client.get(page_of(rated)).text
    for wanted in ("https://elsewhere.example/", "//elsewhere.example/", "no-page"):
        away = client.get(page_of(rated), {"next": wanted})
        assert away.context["next"] == ""


def test_the_feedback_page_tells_how_far_its_correction_has_come(client, rated, curator):
    client.force_login(curator)
    inbox = reverse("feedback_detail", args=[rated.feedback.get().pk])
    assert "Correct this answer" in client.get(inbox).text
    client.post(page_of(rated), FORM)
    page = client.get(inbox).text
    assert "Go on with its correction" in page
    assert "Kept as a draft." in page
    client.post(page_of(rated), FORM | {"submit": "yes"})
    page = client.get(inbox).text
    assert "See its correction" in page
    assert "now waits for its review" in page


def test_what_is_missing_is_told(client, rated, curator):
    client.force_login(curator)
    page = client.post(page_of(rated), FORM | {"answer": " "})
    assert page.status_code == 400
    assert "This field is required." in page.text
    assert not QAPair.objects.exists()


def test_one_answer_makes_one_pair(rated, curator):
    first = QAPair.from_answer(rated, "25 days.", curator)
    assert QAPair.from_answer(rated, "25 days.", curator) == first
    assert first.events.count() == 1
    again = QAPair.from_answer(rated, "You have 25 days.", curator)
    assert (again, again.answer) == (first, "You have 25 days.")
    assert [event.action for event in first.events.all()] == ["edited", "made"]
    assert QAPair.objects.count() == 1


def test_what_is_reviewed_is_not_written_over(client, rated, curator):
    pair = QAPair.from_answer(rated, "25 days.", curator)
    pair.submit()
    with pytest.raises(TuningError, match="is in review: nothing was changed"):
        QAPair.from_answer(rated, "26 days.", curator)
    client.force_login(curator)
    page = client.post(page_of(rated), FORM)
    assert page.status_code == 400
    pair.refresh_from_db()
    assert pair.answer == "25 days."


def test_only_an_answer_makes_a_pair(rated, curator):
    question = rated.conversation.messages.get(role="user")
    with pytest.raises(TuningError, match="Only an answer"):
        QAPair.from_answer(question, "25 days.", curator)


def test_a_pair_outlives_its_conversation(rated, curator):
    pair = QAPair.from_answer(rated, "25 days.", curator)
    rated.conversation.delete()
    pair.refresh_from_db()
    assert (pair.message, pair.origin) == (None, "chat")


def test_a_pair_inherits_what_an_answer_was_shown_without_citing_it(
    manager, managers, leave, administrator, curator
):
    band = publish(managers, "bands.pdf", "The top band is seven.")
    answer = answered(manager, leave, "25 days [1].", versions=[leave.pk, band.pk])
    assert set(drawn_on(answer)) == {leave, band}
    QAPair.from_answer(answer, "25 days.", administrator)
    assert not QAPair.objects.visible_to(curator).exists()
