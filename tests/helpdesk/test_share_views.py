"""A link to an answer: who can make it, who can read by it, and when it ends."""

import pytest
from django.urls import reverse

from helpdesk import asking
from helpdesk.models import Share
from tests.helpdesk.answers import FACT, publish
from tests.helpdesk.chats import answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def pay(managers):
    return publish(managers, "pay-bands.pdf", FACT)


@pytest.fixture
def answer(employee, leave):
    return answered(employee, leave)


def page_of(client, person, share, **options):
    client.force_login(person)
    return client.get(share.get_absolute_url(), **options)


def test_a_link_is_made_after_saying_who_will_read(client, employee, answer):
    client.force_login(employee)
    address = reverse("share", args=[answer.pk])
    asked = client.get(address).text
    made = client.post(address, {"days": 7}).text

    assert "Whoever signs in here and has the link" in asked
    assert "Leave" in asked or "leave" in asked
    assert f"http://testserver{Share.objects.get().get_absolute_url()}" in made


def test_a_colleague_reads_the_question_the_answer_and_its_source(client, outsider, answer):
    share = Share.make(answer, days=7)
    page = page_of(client, outsider, share)
    source = client.get(reverse("shared_citation", args=[share.token, answer.citations.get().pk]))

    assert "How many days?" in page.text
    assert "Take 25 days" in page.text
    assert 'value="again"' not in page.text
    assert source.status_code == 200
    assert share.get_absolute_url() in source.text


def test_who_may_not_open_a_source_reads_nothing(client, manager, outsider, pay):
    share = Share.make(answered(manager, pay), days=7)
    closed = page_of(client, outsider, share)
    source = reverse("shared_citation", args=[share.token, share.answer.citations.get().pk])

    assert closed.status_code == 403
    assert "Take 25 days" not in closed.text
    assert "How many days" not in closed.text
    assert client.get(source).status_code == 404
    assert "Take 25 days" in page_of(client, manager, share).text


def test_an_answer_that_came_after_a_closed_one_is_closed_too(
    client, manager, outsider, pay, leave
):
    first = answered(manager, pay)
    talk = first.conversation
    talk.messages.create(role="user", text="And then?")
    second = talk.messages.create(role="assistant", text="As I said: 25.", versions=[leave.pk])

    assert page_of(client, outsider, Share.make(second, days=7)).status_code == 403


def test_a_link_shows_what_stood_before_only_where_that_was_wanted(client, outsider, answer):
    answer.conversation.messages.create(role="user", text="And then?")
    second = answer.conversation.messages.create(role="assistant", text="Then rest.")

    assert "How many days?" not in page_of(client, outsider, Share.make(second, 7)).text
    assert "How many days?" in page_of(client, outsider, Share.make(second, 7, whole=True)).text
    assert "And then?" not in page_of(client, outsider, Share.make(answer, 7, whole=True)).text


def test_a_link_that_was_taken_back_or_has_ended_shows_nothing(client, employee, outsider, answer):
    ended, revoked = Share.make(answer, days=-1), Share.make(answer, days=7)
    client.force_login(employee)
    client.post(reverse("share", args=[answer.pk]), {"revoke": revoked.pk})

    for share in (ended, revoked):
        gone = page_of(client, outsider, share)
        assert gone.status_code == 404
        assert "Take 25 days" not in gone.text


def test_a_link_to_an_answer_that_was_made_anew_has_ended(client, employee, outsider, answer):
    share = Share.make(answer, days=7)
    source = reverse("shared_citation", args=[share.token, answer.citations.get().pk])
    asking.again(answer.pk, employee)
    gone = page_of(client, outsider, share)

    assert gone.status_code == 404
    assert "How many days?" not in gone.text
    assert client.get(source).status_code == 404


@pytest.mark.parametrize("who", ["outsider", "administrator"])
def test_nobody_shares_somebody_elses_answer_or_takes_its_link_back(client, request, answer, who):
    share = Share.make(answer, days=7)
    client.force_login(request.getfixturevalue(who))

    for data in ({"days": 7}, {"revoke": share.pk}):
        assert client.post(reverse("share", args=[answer.pk]), data).status_code == 404
    assert Share.objects.count() == 1


def test_what_the_asker_may_not_read_any_more_is_not_shared(client, employee, answer, everyone):
    everyone.open_to_all = False
    everyone.save()
    client.force_login(employee)

    assert client.get(reverse("share", args=[answer.pk])).status_code == 404


def test_signed_out_a_link_leads_to_the_sign_in(client, answer):
    assert "/login/" in client.get(Share.make(answer, days=7).get_absolute_url()).url


def test_no_token_at_all_is_no_page(client, employee, answer):
    client.force_login(employee)

    for address in ("/shared/a%00b/", f"/shared/a%00b/citations/{answer.citations.get().pk}/"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("data", [{}, {"days": 9999}, {"days": "x"}])
def test_a_form_that_nobody_was_shown_makes_no_link(client, employee, answer, data):
    client.force_login(employee)
    data |= {"any": "thing"}

    assert client.post(reverse("share", args=[answer.pk]), data).status_code == 400
    assert not Share.objects.exists()


def test_what_rests_on_a_restricted_document_stays_closed_when_that_is_deleted(
    client, manager, outsider, administrator, pay
):
    quoted = answered(manager, pay, engine="quotes")
    modelled = answered(manager, text="Take 25 days.", engine="Model", versions=[pay.pk])
    links = [Share.make(answer, days=7) for answer in (quoted, modelled)]
    pay.document.delete()

    for share in links:
        closed = page_of(client, outsider, share)
        assert closed.status_code == 403
        assert "Take 25 days" not in closed.text
        assert "Take 25 days" in page_of(client, administrator, share).text


def test_what_rests_on_an_open_document_stays_open_when_that_is_deleted(
    client, outsider, leave, answer
):
    share = Share.make(answer, days=7)
    leave.document.delete()

    assert "Take 25 days" in page_of(client, outsider, share).text
