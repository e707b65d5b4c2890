"""The side of those who answer: who may open it, what they see, and what is kept from them."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from helpdesk.handoff import pages
from helpdesk.models import Handoff, Message
from helpdesk.models.handoffs import say_to_a_person
from tests.helpdesk.answers import FACT, publish
from tests.helpdesk.chats import answered, citation_of

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}
DEEDS = ["take_handoff", "answer_handoff", "hand_back", "close_handoff"]


def address(name, handoff) -> str:
    return reverse(name, args=[handoff.pk])


def test_signed_out_leads_to_the_sign_in_page(client, waiting):
    for page in ["/handoffs/", waiting.get_absolute_url()]:
        assert client.get(page).headers["Location"] == f"/accounts/login/?next={page}"
    for name in DEEDS:
        assert "/accounts/login/" in client.post(address(name, waiting)).headers["Location"]


@pytest.mark.parametrize("who", ["outsider", "employee", "curator"])
def test_without_the_permission_nothing_opens(client, request, waiting, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get("/handoffs/").status_code == 403
    assert client.get(waiting.get_absolute_url()).status_code == 403
    for name in DEEDS:
        assert client.post(address(name, waiting), {"text": "Hello"}).status_code == 403
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_nobody_answers_themselves(client, staff):
    mine = Handoff.begin(answered(staff).conversation.pk, staff)
    client.force_login(staff)

    assert mine.reference not in client.get("/handoffs/").text
    assert client.get(mine.get_absolute_url()).status_code == 404
    assert client.post(address("take_handoff", mine)).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete"])
def test_other_methods_are_refused(client, staff, waiting, method):
    client.force_login(staff)
    for page in ["/handoffs/", waiting.get_absolute_url(), address("take_handoff", waiting)]:
        assert getattr(client, method)(page).status_code == 405
    assert client.get(address("take_handoff", waiting)).status_code == 405


def test_the_list_is_empty_in_words(client, staff):
    client.force_login(staff)

    assert "Nobody waits" in client.get("/handoffs/").text


def test_the_oldest_waits_first_and_unread_messages_are_counted(
    client, staff, colleague, employee, taken, manager
):
    first = Handoff.begin(answered(manager).conversation.pk, manager)
    second = Handoff.begin(answered(manager).conversation.pk, manager)
    theirs = Handoff.begin(answered(manager).conversation.pk, manager)
    theirs.take(colleague)
    client.force_login(staff)
    client.get(taken.get_absolute_url())
    say_to_a_person(taken.conversation_id, "Are you there?", employee)
    found = pages.lists(staff)

    assert found["waiting"] == [first, second]
    assert found["others"] == [theirs]
    assert [row.unread for row in found["mine"]] == [1]
    page = client.get("/handoffs/").text
    assert "1 unread" in page
    assert "Are you there?" in page
    client.get(taken.get_absolute_url())
    assert "unread" not in client.get("/handoffs/").text


def test_a_long_list_comes_in_pages(client, staff, colleague, taken, manager, monkeypatch):
    monkeypatch.setattr(pages, "PAGE", 2)
    begun = [Handoff.begin(answered(manager).conversation.pk, manager) for _ in range(4)]
    begun[0].take(colleague)
    client.force_login(staff)
    first, second, beyond = (client.get("/handoffs/", {"page": n}).text for n in (1, 2, 9))

    shown = [[one.reference in text for one in (taken, *begun)] for text in (first, second, beyond)]
    assert shown == [
        [True, False, True, False, False],
        [False, False, False, True, True],
        [False, True, False, False, False],
    ]
    assert 'href="?page=2" rel="next"' in first
    assert 'ws-connect="/ws/handoffs/"' in first
    assert 'ws-connect="/ws/handoffs/?page=2"' in second
    assert "Page 3 of 3" in beyond


def test_the_conversation_that_was_handed_over_is_shown_and_no_other(
    client, staff, employee, waiting
):
    other = answered(employee, text="My secret.").conversation
    client.force_login(staff)
    page = client.get(waiting.get_absolute_url()).text

    assert "How many days?" in page
    assert "Please call me." in page
    assert "Take it and answer" in page
    assert "My secret." not in page
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(waiting.conversation.get_absolute_url()).status_code == 404


def test_who_may_explain_answers_is_led_to_why(client, staff, waiting):
    answer = waiting.conversation.messages.get(role="assistant")
    link = reverse("why", args=[answer.pk])
    client.force_login(staff)
    assert link not in client.get(waiting.get_absolute_url()).text

    staff.is_staff = True
    staff.save()
    staff.user_permissions.add(Permission.objects.get(codename="explain_answer"))
    assert link in client.get(waiting.get_absolute_url()).text


def test_answers_from_documents_that_they_may_not_open_stay_withheld(
    client, staff, manager, managers, everyone
):
    pay = publish(managers, "pay.pdf", FACT)
    leave = publish(everyone, "leave.pdf", FACT)
    closed = answered(manager, pay, text="Grade E earns much [1].")
    open_one = closed.conversation.messages.create(role="assistant", text="25 days.")
    open_one.citations.create(number=1, version=leave, quote=FACT, verified=True)
    handoff = Handoff.begin(closed.conversation_id, manager)
    client.force_login(staff)
    page = client.get(handoff.get_absolute_url()).text

    assert "Grade E" not in page
    assert "pay.pdf" not in page
    assert "you may not open" in page
    assert "25 days." in page
    assert client.get(citation_of(closed).get_absolute_url()).status_code == 404
    assert client.get(citation_of(open_one).get_absolute_url()).status_code == 200
    handoff.take(staff)
    handoff.close(staff)
    assert client.get(citation_of(open_one).get_absolute_url()).status_code == 404


def test_once_it_has_ended_the_conversation_is_private_again(client, staff, taken):
    taken.hand_back(staff)
    client.force_login(staff)
    page = client.get(taken.get_absolute_url()).text

    assert "private again" in page
    assert "How many days?" not in page
    assert "Please call me." not in page
    assert "Handed back, Ciara Walsh" in page


def test_take_answer_and_hand_back_by_forms(client, staff, waiting):
    client.force_login(staff)
    assert client.post(address("take_handoff", waiting)).status_code == 302
    assert client.post(address("answer_handoff", waiting), {"text": "Five."}).status_code == 302
    assert Message.objects.last().text == "Five."
    assert client.post(address("hand_back", waiting)).headers["Location"] == "/handoffs/"
    assert "the desk answers again" in client.get("/handoffs/").text


def test_an_answer_that_cannot_be_taken_stays_in_the_box(client, staff, colleague, taken):
    client.force_login(colleague)
    page = client.post(address("answer_handoff", taken), {"text": "Mine."})
    assert page.status_code == 400
    assert "Ciara Walsh has taken this one" in page.text

    client.force_login(staff)
    for text, words in [(" ", "Write an answer first"), ("x" * 8001, "That is too long")]:
        shown = client.post(address("answer_handoff", taken), {"text": text}, headers=HTMX).text
        assert words in shown
        assert text.strip() in shown
    assert not Message.objects.filter(role="staff").exists()


def test_who_loses_the_permission_loses_the_pages(client, staff, taken):
    client.force_login(staff)
    staff.user_permissions.clear()

    assert client.get(taken.get_absolute_url()).status_code == 403
    assert client.post(address("answer_handoff", taken), {"text": "Five."}).status_code == 403


def test_the_menu_offers_it_to_those_who_answer(client, staff, employee):
    client.force_login(employee)
    assert "/handoffs/" not in client.get("/").text
    client.force_login(staff)
    assert 'href="/handoffs/"' in client.get("/").text


def test_the_log_is_in_the_admin_without_any_text(client, administrator, taken):
    client.force_login(administrator)
    page = client.get(f"/admin/helpdesk/handoff/{taken.pk}/change/").text

    assert "ciara" in page
    assert "Please call me." not in page
    assert client.post(f"/admin/helpdesk/handoff/{taken.pk}/delete/").status_code == 403
