"""The chat's pages: whose they are, what they show, and what they say when something is wrong."""

import pytest
from django.test import override_settings
from django.urls import reverse

from helpdesk.models import Conversation, Message
from knowledge import publishing
from knowledge.publishing import Content
from tests.helpdesk.answers import FACT, QUESTION, publish
from tests.helpdesk.chats import ScriptedChain, all_answered, answered, citation_of, everything

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def answer(employee, leave):
    return answered(employee, leave)


def pages_of(answer) -> dict:
    citation = citation_of(answer)
    return {
        "conversation": answer.conversation.get_absolute_url(),
        "delete": reverse("delete_conversation", args=[answer.conversation_id]),
        "citation": citation.get_absolute_url(),
    }


def test_signed_out_leads_to_the_sign_in_page(client, answer):
    for page in ["/", *pages_of(answer).values()]:
        assert client.get(page).headers["Location"] == f"/accounts/login/?next={page}"


def test_the_owner_sees_their_pages(client, employee, answer):
    client.force_login(employee)

    for page in ["/", *pages_of(answer).values()]:
        assert client.get(page).status_code == 200


def test_no_page_stays_in_the_browser_once_somebody_has_signed_out(client, employee, answer):
    client.force_login(employee)

    for page in ["/", reverse("who_reads"), *pages_of(answer).values()]:
        assert "no-store" in client.get(page).headers.get("Cache-Control", ""), page


def test_without_scripts_the_page_looks_again_until_the_answer_is_there(client, employee, answer):
    client.force_login(employee)
    page = answer.conversation.get_absolute_url()
    refresh = '<noscript><meta http-equiv="refresh"'
    assert refresh not in client.get(page).text
    Message.objects.filter(pk=answer.pk).update(status="answering")
    assert refresh in client.get(page).text


@pytest.mark.parametrize("who", ["outsider", "administrator"])
def test_somebody_elses_pages_are_not_there(client, request, answer, who):
    client.force_login(request.getfixturevalue(who))

    for page in pages_of(answer).values():
        assert client.get(page).status_code == 404
        assert client.post(page, {"question": "Mine?"}).status_code in (404, 405)
    assert "How many days?" not in client.get("/").text
    assert Conversation.objects.filter(pk=answer.conversation_id).exists()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client, employee, answer, method):
    client.force_login(employee)

    for page in ["/", *pages_of(answer).values()]:
        assert getattr(client, method)(page).status_code == 405


def test_the_thread_shows_question_answer_and_sources(client, employee, answer):
    client.force_login(employee)
    page = client.get(answer.conversation.get_absolute_url()).text

    assert '<article class="message answer"' in page
    assert 'data-role="assistant" data-status="done"' in page
    assert f'<a class="citation" href="{citation_of(answer).get_absolute_url()}"' in page
    assert f"“{FACT}”" in page
    assert f'ws-connect="/ws/c/{answer.conversation_id}/"' in page


def test_an_answer_whose_document_was_withdrawn_is_withheld(client, employee, answer, everyone):
    everyone.open_to_all = False
    everyone.save()
    client.force_login(employee)
    page = client.get(answer.conversation.get_absolute_url()).text

    assert "you can no longer open" in page
    assert "25 days" not in page
    assert client.get(citation_of(answer).get_absolute_url()).status_code == 404


def test_the_answer_stays_when_its_document_is_deleted(client, employee, answer, leave):
    leave.document.delete()
    client.force_login(employee)

    assert "Take 25 days." in client.get(answer.conversation.get_absolute_url()).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "cut_off"}, "cut off before its end"),
        ({"status": "cut_off", "text": ""}, "cut off before it began"),
        ({"status": "failed", "error": "The handbook is away."}, "The handbook is away."),
        ({"note": "These are quotes instead."}, "These are quotes instead."),
        ({"engine": "quotes"}, "Quoted from the documents"),
        ({"engine": "Llama"}, "Llama"),
        ({"abstained": True, "text": "Nothing was found."}, "The documents may not cover it"),
    ],
)
def test_every_end_of_an_answer_says_what_it_is(client, employee, fields, sentence):
    answer = answered(employee, **fields)
    client.force_login(employee)
    page = client.get(answer.conversation.get_absolute_url()).text

    assert sentence in page
    assert "Try again" in page


def test_an_answer_whose_process_is_gone_is_cut_off(client, employee):
    answer = answered(employee, text="Take", status="answering")
    Message.objects.update(heard_at="2026-01-01T00:00:00Z")
    client.force_login(employee)
    page = client.get(answer.conversation.get_absolute_url()).text

    assert "cut off before its end" in page
    answer.refresh_from_db()
    assert answer.status == Message.Status.CUT_OFF


def test_text_of_people_and_models_is_escaped(client, employee):
    answer = answered(employee, text="<script>alert(1)</script>")
    answer.conversation.messages.filter(role="user").update(text="<script>alert(2)</script>")
    Conversation.objects.update(title="<script>alert(3)</script>")
    client.force_login(employee)

    assert "<script>alert" not in client.get(answer.conversation.get_absolute_url()).text


def test_a_citation_shows_the_quote_its_version_and_the_ways_on(client, employee, answer):
    client.force_login(employee)
    page = client.get(citation_of(answer).get_absolute_url())
    panel = client.get(citation_of(answer).get_absolute_url(), headers=HTMX)

    assert "<html" in page.text
    assert "<html" not in panel.text
    for shown in (page.text, panel.text):
        assert FACT in shown
        assert "Version 1 of" in shown
        assert "Open the document" in shown
        assert "Download" in shown


def test_a_citation_of_a_replaced_version_says_so(client, employee, answer, leave):
    new = leave.document.versions.create(number=2, sha256="1" * 64, size=1)
    publishing.publish(new, Content("leave", 1, True, [], []))
    client.force_login(employee)
    page = client.get(citation_of(answer).get_absolute_url()).text

    assert "The document has changed since this answer." in page
    assert "could no longer be found" not in page


def test_a_quote_that_was_not_verified_is_not_shown_as_one(client, employee, answer):
    answer.citations.update(verified=False)
    client.force_login(employee)

    assert "<blockquote>" not in client.get(citation_of(answer).get_absolute_url()).text
    assert f"“{FACT}" not in client.get(answer.conversation.get_absolute_url()).text


def test_deleting_asks_first_and_then_deletes(client, employee, answer):
    client.force_login(employee)
    page = pages_of(answer)["delete"]

    assert "Delete this conversation?" in client.get(page, headers=HTMX).text
    assert client.post(page).headers["Location"] == "/"
    assert not Conversation.objects.exists()


def test_deleting_by_htmx_leads_to_the_empty_thread(client, employee, answer):
    client.force_login(employee)
    response = client.post(pages_of(answer)["delete"], headers=HTMX)

    assert response.headers["HX-Redirect"] == "/"


@pytest.mark.parametrize("question", ["", "   \n", "\x00", "x" * 4001])
def test_a_question_that_cannot_be_taken_stays_in_the_box(client, employee, question):
    client.force_login(employee)
    response = client.post("/", {"question": question})

    assert response.status_code == 400
    assert 'data-note="refused"' in response.text
    assert question.strip().replace("\x00", "") in response.text
    assert not Conversation.objects.exists()


async def test_a_form_without_a_socket_is_answered(async_client, employee, leave):
    await async_client.aforce_login(employee)
    response = await async_client.post("/", {"question": QUESTION})
    await all_answered()
    page = await async_client.get(response.headers["Location"])

    assert 'data-status="done"' in page.text
    assert 'class="citation"' in page.text


async def test_a_second_question_by_form_is_refused_while_one_is_answered(
    async_client, employee, monkeypatch
):
    from helpdesk.events import Done

    script = ScriptedChain(monkeypatch)
    await async_client.aforce_login(employee)
    first = await async_client.post("/", {"question": "One?"})
    second = await async_client.post(first.headers["Location"], {"question": "Two?"})

    assert second.status_code == 400
    assert "still being answered" in second.text
    assert ">Two?</textarea>" in second.text
    script.tell(Done("So."))
    await all_answered()
    assert len(await everything(Message)) == 2


def test_a_form_without_its_token_is_refused(client, employee):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(employee)

    assert strict.post("/", {"question": "Mine?"}).status_code == 403
    assert not Conversation.objects.exists()


def test_the_sign_in_page_lists_the_demo_accounts_that_exist(client, employee):
    page = client.get("/accounts/login/").text

    assert "account=employee" in page
    assert "account=manager" not in page
    assert 'value="employee"' in client.get("/accounts/login/?account=employee").text


def test_a_desk_without_accounts_says_how_the_first_is_made(client, db, make_user):
    assert "manage.py createsuperuser" in client.get("/accounts/login/").text
    make_user("somebody")
    assert "createsuperuser" not in client.get("/accounts/login/").text


def test_an_empty_desk_says_so_and_one_with_documents_does_not(client, employee, everyone):
    client.force_login(employee)
    assert "no documents for you to ask about" in client.get("/").text
    publish(everyone, "canteen.md", "Lunch is at noon.")
    assert "no documents for you to ask about" not in client.get("/").text


def test_a_real_company_lists_no_accounts(client, employee):
    with override_settings(DEMO=False, COMPANY_NAME="Acme"):
        page = client.get("/accounts/login/").text

    assert "Demo accounts" not in page
    assert "Acme" in page


def test_a_wrong_password_says_so(client, employee):
    page = client.post("/accounts/login/", {"username": "employee", "password": "wrong"}).text

    assert "do not match an account" in page


def test_the_menu_offers_what_the_person_may_do(client, employee, administrator, everyone):
    publish(everyone, "leave.pdf", FACT)
    client.force_login(employee)
    assert reverse("documents") not in client.get("/").text
    client.force_login(administrator)
    page = client.get("/").text

    assert reverse("documents") in page
    assert reverse("admin:index") in page


def test_unknown_pages_are_explained(client, employee):
    client.force_login(employee)

    assert "Not here" in client.get("/nowhere/").text
