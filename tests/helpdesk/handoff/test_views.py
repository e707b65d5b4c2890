"""The asker's side: the dialog, handing over, the thread with a person in it, and going back."""

import pytest
from django.urls import reverse

from helpdesk.models import Handoff, Message

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}


def pages(conversation) -> list[str]:
    return [reverse(name, args=[conversation.pk]) for name in ("hand_over", "take_back")]


def test_signed_out_leads_to_the_sign_in_page(client, conversation):
    talk = conversation.get_absolute_url()
    for page in pages(conversation):
        sent = client.post(page, HTTP_REFERER=f"http://testserver{talk}")
        assert sent.headers["Location"] == f"/accounts/login/?next={talk}"


@pytest.mark.parametrize("who", ["outsider", "administrator", "staff"])
def test_somebody_elses_conversation_is_not_there(client, request, conversation, who):
    client.force_login(request.getfixturevalue(who))

    for page in pages(conversation):
        assert client.post(page, {"wish": ""}).status_code == 404
    assert client.get(pages(conversation)[0]).status_code == 404
    assert not Handoff.objects.exists()


def test_the_dialog_says_what_goes_along_and_who_reads_it(
    client, employee, conversation, staff, colleague, settings
):
    settings.HANDOFF_EMAIL = "it@example.com"
    client.force_login(employee)
    for headers in ({}, HTMX):
        shown = client.get(pages(conversation)[0], headers=headers).text
        assert "its 2 messages" in shown
        assert "Ciara Walsh" in shown
        assert "Fergal Nolan" in shown
        assert "it@example.com" in shown
    assert "<html" not in shown


def test_with_nobody_to_answer_it_says_so(client, employee, conversation):
    client.force_login(employee)

    assert "Nobody answers hand-offs here yet" in client.get(pages(conversation)[0]).text


def test_handing_over_gives_a_reference_in_the_thread(client, employee, conversation, staff):
    client.force_login(employee)
    response = client.post(pages(conversation)[0], {"wish": "Please call me."})
    assert response.headers["Location"] == conversation.get_absolute_url()
    page = client.get(conversation.get_absolute_url()).text

    reference = Handoff.objects.get().reference
    assert f"Reference: {reference}" in page
    assert "Please call me." in page
    assert "A person will answer you here" in page
    assert f"/ws/c/{conversation.pk}/?handoff=yes" in page


def test_what_is_wrong_is_said_in_the_dialog(client, employee, waiting, conversation):
    client.force_login(employee)
    page = pages(conversation)[0]

    assert client.post(page, {"wish": ""}).status_code == 400
    shown = client.post(page, {"wish": "x" * 4001}, headers=HTMX)
    assert "That is too long" in shown.text
    assert "with a person already" in client.post(page, {"wish": ""}, headers=HTMX).text


def test_the_persons_answers_stand_in_the_thread_as_text(client, employee, taken, staff):
    taken.say("See <b>page 3</b> of https://example.com/leave", staff)
    client.force_login(employee)
    page = client.get(taken.conversation.get_absolute_url()).text

    assert "Ciara Walsh has joined" in page
    assert "&lt;b&gt;page 3&lt;/b&gt;" in page
    assert 'data-role="staff"' in page
    assert "Ciara Walsh answers you here" in page


async def test_by_form_a_message_goes_to_the_person_and_not_to_the_desk(
    async_client, employee, taken, script
):
    await async_client.aforce_login(employee)
    page = f"/c/{taken.conversation_id}/"
    assert (await async_client.post(page, {"question": "Are you there?"})).status_code == 302

    last = await Message.objects.alast()
    assert (last.role, last.text) == ("user", "Are you there?")
    assert script.asked == []


async def test_nothing_is_asked_anew_meanwhile(async_client, employee, taken, script):
    await async_client.aforce_login(employee)
    answer = await Message.objects.aget(role="assistant")
    page = f"/c/{taken.conversation_id}/"
    response = await async_client.post(page, {"type": "again", "answer": answer.pk})

    assert response.status_code == 400
    assert "A person answers this conversation" in response.text
    assert script.asked == []


def test_back_to_the_desk(client, employee, taken):
    client.force_login(employee)
    client.post(pages(taken.conversation)[1])
    client.post(pages(taken.conversation)[1])
    page = client.get(taken.conversation.get_absolute_url()).text

    taken.refresh_from_db()
    assert taken.state == "closed"
    assert "handoff-banner" not in page
    assert "Ask a person" in page


async def test_after_it_is_handed_back_the_desk_answers_and_knows_what_was_said(
    async_client, employee, taken, staff, script
):
    from asgiref.sync import sync_to_async

    from helpdesk.events import Done
    from tests.helpdesk.chats import all_answered

    await sync_to_async(taken.say)("It is five days.", staff)
    await sync_to_async(taken.hand_back)(staff)
    await async_client.aforce_login(employee)
    script.tell(Done("So."))
    await async_client.post(f"/c/{taken.conversation_id}/", {"question": "And next year?"})
    await all_answered()

    ((question, _, history),) = script.asked
    assert question == "And next year?"
    assert [(turn.role, turn.text) for turn in history][-1] == ("assistant", "It is five days.")


def test_nothing_found_offers_a_person(client, employee, conversation):
    conversation.messages.filter(role="assistant").update(abstained=True)
    client.force_login(employee)
    page = client.get(conversation.get_absolute_url()).text

    assert page.count(pages(conversation)[0]) >= 2
    assert "not-found-person" in page
