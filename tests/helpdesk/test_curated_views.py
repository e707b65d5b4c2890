import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from helpdesk import pinning
from helpdesk.models import CuratedAnswer
from tests.helpdesk.answers import FACT, QUESTION, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def curates(curator):
    """The curator, who may look after curated answers."""
    curator.user_permissions.set(
        Permission.objects.filter(content_type__model="curatedanswer", codename__contains="curated")
    )
    return curator


@pytest.fixture
def as_curator(client, curates):
    client.force_login(curates)
    return client


@pytest.fixture
def row(curates, leave):
    return pinning.pin(QUESTION, "25 days of paid annual leave [1].", [(leave, "")], curates, "HR")


def content(response) -> str:
    return response.content.decode()


def form(leave, **values):
    return {
        "question": QUESTION,
        "answer": "You have 25 days of paid annual leave.",
        "team": "The People team",
        "document_1": leave.document.name,
    } | values


def test_one_is_written_with_a_source_that_is_looked_for(as_curator, leave):
    response = as_curator.post(reverse("new_curated_answer"), form(leave, phrasings="Holidays?\n"))
    row = CuratedAnswer.objects.get()
    assert response.url == row.get_absolute_url()
    assert row.approved_by.username == "curator"
    assert [each.text for each in row.phrasings.all()] == [QUESTION, "Holidays?"]
    assert row.sources.get().version == leave


def test_a_quote_that_the_desk_chose_is_shown_to_be_looked_at(as_curator, leave):
    page = content(as_curator.post(reverse("new_curated_answer"), form(leave), follow=True))
    assert "This quote was looked for" in page
    own = form(leave, quote_1=CuratedAnswer.objects.get().sources.get().quote)
    page = content(as_curator.post(reverse("new_curated_answer"), own, follow=True))
    assert "From now on" in page
    assert "This quote was looked for" not in page


def test_a_last_day_that_is_over_is_refused(as_curator, leave):
    over = form(leave, expires_on="2020-01-01")
    response = as_curator.post(reverse("new_curated_answer"), over)
    assert response.status_code == 400
    assert "This day is over" in content(response)
    assert not CuratedAnswer.objects.exists()


def test_the_question_may_come_with_the_address(as_curator, leave):
    address = reverse("new_curated_answer") + "?question=Is+there+a+canteen%3F"
    assert "Is there a canteen?" in content(as_curator.get(address))


def test_what_is_wrong_is_told_and_the_words_stay(as_curator, leave):
    response = as_curator.post(
        reverse("new_curated_answer"), form(leave, quote_1="Nobody ever said so.")
    )
    assert response.status_code == 400
    assert "does not stand" in content(response)
    assert "Nobody ever said so." in content(response)
    assert not CuratedAnswer.objects.exists()


def test_it_is_written_anew_paused_resumed_checked_and_deleted(as_curator, row, leave):
    as_curator.post(row.get_absolute_url(), form(leave, team="Payroll", expires_on="2031-01-01"))
    row.refresh_from_db()
    assert (row.team, row.expires_on.year) == ("Payroll", 2031)
    for deed, active in (("pause", False), ("resume", True), ("checked", True)):
        as_curator.post(reverse("curated_deed", args=[row.pk, deed]))
        row.refresh_from_db()
        assert row.active is active
    assert row.expires_on is None
    assert as_curator.post(reverse("curated_deed", args=[row.pk, "burn"])).status_code == 404
    assert "Delete this curated answer?" in content(
        as_curator.get(reverse("delete_curated_answer", args=[row.pk]))
    )
    as_curator.post(reverse("delete_curated_answer", args=[row.pk]))
    assert not CuratedAnswer.objects.exists()


def test_what_has_stopped_is_listed_for_review(as_curator, row, leave):
    assert "waits to be" not in content(as_curator.get(reverse("curated_answers")))
    leave.status = "withdrawn"
    leave.save()
    page = content(as_curator.get(reverse("curated_answers")))
    assert "waits to be reviewed" in page
    review = reverse("curated_answers") + "?state=review"
    assert QUESTION in content(as_curator.get(review))
    assert "It has stopped answering" in content(as_curator.get(row.get_absolute_url()))
    assert QUESTION not in content(as_curator.get(reverse("curated_answers") + "?state=answers"))


def test_the_list_is_searched(as_curator, row):
    address = reverse("curated_answers")
    assert QUESTION in content(as_curator.get(f"{address}?q=annual"))
    assert "Nothing matches" in content(as_curator.get(f"{address}?q=canteen"))


def test_an_empty_list_tells_what_to_do(as_curator):
    assert "Write one for a question" in content(as_curator.get(reverse("curated_answers")))


def test_what_rests_on_a_document_of_others_is_not_to_be_had(
    as_curator, administrator, managers, leave
):
    secret = publish(managers, "secret.pdf", FACT)
    row = pinning.pin(
        "Secret?", "25 days of paid annual leave [1].", [(secret, "")], administrator, "HR"
    )
    assert "Secret?" not in content(as_curator.get(reverse("curated_answers")))
    assert as_curator.get(row.get_absolute_url()).status_code == 404
    assert as_curator.post(reverse("curated_deed", args=[row.pk, "pause"])).status_code == 404
    assert as_curator.get(reverse("delete_curated_answer", args=[row.pk])).status_code == 404
    assert "secret.pdf" not in content(as_curator.get(reverse("new_curated_answer")))
    response = as_curator.post(reverse("new_curated_answer"), form(leave, document_1="secret.pdf"))
    assert response.status_code == 400
    assert "No document that answers now and that you may read" in content(response)


def test_nobody_without_the_permission_sees_or_does_anything(client, row, employee, outsider):
    pages = [
        reverse("curated_answers"),
        reverse("new_curated_answer"),
        row.get_absolute_url(),
        reverse("delete_curated_answer", args=[row.pk]),
    ]
    for person in (employee, outsider):
        client.force_login(person)
        assert [client.get(page).status_code for page in pages] == [403] * 4
        assert client.post(reverse("curated_deed", args=[row.pk, "pause"])).status_code == 403
    client.logout()
    assert [client.get(page).status_code for page in pages] == [302] * 4


def test_who_may_only_look_changes_nothing(client, row, employee, leave):
    employee.user_permissions.add(Permission.objects.get(codename="view_curatedanswer"))
    client.force_login(employee)
    assert client.get(row.get_absolute_url()).status_code == 200
    assert client.post(row.get_absolute_url(), form(leave)).status_code == 403
    assert client.post(reverse("curated_deed", args=[row.pk, "pause"])).status_code == 403
