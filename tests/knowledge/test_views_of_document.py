"""The page of a document: its state, versions and dates, and who looks after it."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from knowledge import publishing
from knowledge.models import AuditEntry, Index, Version
from knowledge.views import reviews
from tests.knowledge.papers import LEAVE, NOTICE, meals, published_pdf, published_text, uploaded

pytestmark = pytest.mark.usefixtures("var")

HTMX = {"HX-Request": "true"}


@pytest.fixture
def version(everyone):
    return published_pdf(everyone, [LEAVE])


def address(version, name="document"):
    return reverse(name, args=[version.document_id])


def page_of(client, version, name="document", **query):
    return client.get(address(version, name), query).content.decode()


def test_it_shows_the_state_and_each_version(as_administrator, version, everyone):
    new = published_pdf(everyone, [NOTICE])
    page = page_of(as_administrator, new)
    assert 'badge ready">Ready<' in page
    assert 'badge replaced">Replaced<' in page
    assert version.get_absolute_url() in page
    assert f"{address(new, 'differences')}?old=1&amp;new=2" in page


def test_what_was_left_out_is_listed(as_administrator, version):
    Version.objects.filter(pk=version.pk).update(warning="Page 1: <b>blurred</b>.\nPage 3: cut.")
    page = page_of(as_administrator, version)
    assert "Left out of version 1" in page
    assert "Page 1: &lt;b&gt;blurred&lt;/b&gt;." in page


def test_the_state_alone_is_asked_for_and_sent_only_when_it_changed(as_administrator, version):
    fragment = as_administrator.get(address(version), headers=HTMX).content.decode()
    assert "<html" not in fragment
    assert "every 15s" in fragment
    shown = {"shown": re.search(r'"shown": "(\w+)"', fragment).group(1)}
    assert as_administrator.get(address(version), shown, headers=HTMX).status_code == 204
    Version.objects.filter(pk=version.pk).update(status="queued")
    again = as_administrator.get(address(version), shown, headers=HTMX).content.decode()
    assert "every 1500ms" in again


def test_a_new_version_is_taken_whatever_its_file_is_called(as_administrator, version):
    file = SimpleUploadedFile("other name.txt", b"Other rules.")
    page = as_administrator.post(address(version, "add_version"), {"file": file}).content.decode()
    assert "takes over" in page
    new = version.document.versions.get(number=2)
    assert (new.file_name, new.uploaded_by.username) == ("other name.txt", "administrator")


def test_a_version_without_a_file_is_told(as_administrator, version):
    response = as_administrator.post(address(version, "add_version"))
    assert response.status_code == 400
    assert b"This field is required" in response.content


def test_dates_are_kept_and_shown(as_administrator, version):
    dates = {"effective_from": "", "expires_on": "2090-12-31"}
    assert as_administrator.post(address(version, "set_dates"), dates).url == address(version)
    assert "Answers until 31 December 2090" in page_of(as_administrator, version)


def test_a_last_day_before_the_first_is_told(as_administrator, version):
    dates = {"effective_from": "2090-12-31", "expires_on": "2090-01-01"}
    response = as_administrator.post(address(version, "set_dates"), dates)
    assert response.status_code == 400
    assert b"The last day lies before the first." in response.content


def test_an_owner_and_a_day_of_review_are_kept(as_administrator, version, manager):
    care = {"owner": "manager", "review_on": "2090-05-01"}
    assert as_administrator.post(address(version, "set_care"), care).status_code == 302
    version.document.refresh_from_db()
    assert (version.document.owner, version.document.review_on) == (manager, date(2090, 5, 1))
    assert "Owner: Maeve Quinn" in page_of(as_administrator, version)


def test_an_owner_who_is_nobody_is_told(as_administrator, version):
    response = as_administrator.post(address(version, "set_care"), {"owner": "nobody"})
    assert response.status_code == 400
    assert "There is no active account “nobody”." in response.content.decode()


def test_a_document_without_a_file_tells_what_to_do(as_administrator, everyone):
    document = everyone.documents.create(name="none.txt")
    page = as_administrator.get(reverse("document", args=[document.pk])).content.decode()
    assert "No file yet." in page
    url = reverse("document_passages", args=[document.pk])
    assert as_administrator.get(url).url == reverse("document", args=[document.pk])


def test_passages_stand_beside_the_picture_of_their_page(as_administrator, version):
    url = page_url = reverse("passages", args=[version.pk])
    assert as_administrator.get(address(version, "document_passages")).url == url
    page = as_administrator.get(page_url).content.decode()
    assert reverse("page_picture", args=[version.pk, 1]) in page
    assert 'data-box="1"' in page
    assert 'data-passage="1"' in page
    assert LEAVE in page
    assert as_administrator.get(page_url, {"page": 2}).status_code == 404


def test_passages_of_a_text_show_their_tables(as_administrator, everyone):
    version = published_text(everyone, meals())
    page = as_administrator.get(reverse("passages", args=[version.pk])).content.decode()
    assert "<td>16 euro</td>" in page
    assert '<svg viewBox="0 0 1 1"' not in page


def test_two_versions_are_compared(as_administrator, version, everyone):
    new = published_pdf(everyone, [LEAVE.replace("25", "30")])
    page = page_of(as_administrator, new, "differences")
    assert "<del>25</del>" in page
    assert "<ins>30</ins>" in page


def test_versions_that_say_the_same_are_told_so(as_administrator, version):
    page = page_of(as_administrator, version, "differences", old=1, new=1)
    assert "The text of both versions is the same." in page


def test_one_version_alone_is_compared_with_nothing(as_administrator, version):
    assert "no two versions to compare" in page_of(as_administrator, version, "differences")
    url = address(version, "differences")
    assert as_administrator.get(url, {"old": "7"}).status_code == 404


def test_what_search_finds_for_another_person_is_shown(
    as_administrator, employee, ingest, everyone
):
    version = ingest(everyone, "leave.md", f"# Leave\n\n{LEAVE}\n")
    asked = {"person": "employee", "question": "How many days of leave?"}
    page = as_administrator.post(address(version, "find"), asked).content.decode()
    assert "Found for Emer Byrne" in page
    assert "this document" in page
    assert "of this document" in page


def test_searching_as_nobody_is_told(as_administrator, version):
    asked = {"person": "nobody", "question": "Leave?"}
    response = as_administrator.post(address(version, "find"), asked)
    assert response.status_code == 400


def test_a_document_that_answered_nothing_says_so(as_administrator, version):
    assert "No answer cites this document yet." in page_of(as_administrator, version, "questions")


def test_what_is_due_for_review_is_listed_and_marked_as_reviewed(
    as_administrator, administrator, version
):
    today = timezone.localdate()
    version.document.entrust(administrator, today, administrator)
    assert "<td><a href=" in as_administrator.get(reverse("reviews")).content.decode()
    assert "Due for review" in page_of(as_administrator, version)
    next_on = today + timedelta(days=400)
    answer = {"next_on": next_on.isoformat(), "from": "reviews"}
    assert as_administrator.post(address(version, "reviewed"), answer).url == reverse("reviews")
    version.document.refresh_from_db()
    assert version.document.review_on == next_on
    assert "Nothing is due" in as_administrator.get(reverse("reviews")).content.decode()


def test_a_review_on_the_page_of_the_document_leads_back_to_it(
    as_administrator, administrator, version
):
    today = timezone.localdate()
    version.document.entrust(administrator, today, administrator)
    answer = {"next_on": (today + timedelta(days=400)).isoformat()}
    response = as_administrator.post(address(version, "reviewed"), answer)
    assert response.url == reverse("document", args=[version.document_id])


def test_a_next_review_that_is_past_is_told(as_administrator, version):
    response = as_administrator.post(address(version, "reviewed"), {"next_on": "2020-01-01"})
    assert response.status_code == 400


def test_the_trail_tells_who_did_what_and_is_narrowed(as_administrator, administrator, everyone):
    document = uploaded(everyone, "leave.txt", b"Leave").document
    uploaded(everyone, "travel.txt", b"Travel")
    document.entrust(administrator, None, administrator)

    def found(**choice):
        page = as_administrator.get(reverse("trail"), choice).content.decode()
        return [name for name in ("leave.txt</a>", "travel.txt</a>") if name in page]

    assert len(found()) == 2
    assert found(q="LEAVE") == found(document=document.pk) == ["leave.txt</a>"]
    assert found(person="administrator") == found(action="changed") == ["leave.txt</a>"]
    assert found(action="nonsense", document="x", page="x") == found()
    assert found(q="nothing") == []


def test_what_was_saved_of_a_document_is_told(as_administrator, employee, version, everyone):
    dates = {"effective_from": "2031-01-01", "expires_on": ""}
    page = as_administrator.post(address(version, "set_dates"), dates, follow=True).text
    assert "Saved. Version 1 is now: Scheduled." in page
    care = {"owner": "employee", "review_on": "2031-01-01"}
    page = as_administrator.post(address(version, "set_care"), care, follow=True).text
    assert "Saved." in page
    assert "employee may not change this document" in page
    page = as_administrator.post(address(version, "set_care"), care | {"owner": "administrator"})
    page = as_administrator.get(page.url).text
    assert "administrator has no address" in page
    page = as_administrator.post(address(version, "reviewed"), {"next_on": ""}, follow=True).text
    assert "still holds." in page


def test_the_trail_tells_its_details_in_the_readers_language(
    as_administrator, administrator, everyone
):
    version = uploaded(everyone, "leave.txt", b"Leave")
    version.document.entrust(administrator, date(2027, 3, 1), administrator)
    version.document.reviewed(administrator, None)
    publishing.reschedule(version, None, date(2031, 12, 24), administrator)
    Index.objects.begin("another", by=administrator)
    AuditEntry.record(AuditEntry.Action.PUBLISHED, version=version, detail="1 of 2 pages have text")
    AuditEntry.record(AuditEntry.Action.CHANGED, detail=everyone.rights())

    page = as_administrator.get(reverse("trail"), headers={"Accept-Language": "de"}).text
    for told in (
        "verantwortlich: administrator; Überprüfung: 1. März 2027",
        "überprüft; nächste Überprüfung: nie",
        "antwortet ab sofort bis 24. Dezember 2031",
        "Aufbau begonnen: Index",
        "1 von 2 Seiten haben Text",
        "Lesen: alle; Pflege: alle, die sie lesen dürfen",
    ):
        assert told in page
    plain = as_administrator.get(reverse("trail"), headers={"Accept-Language": "en"}).text
    assert "answers from at once until 24 December 2031" in plain


def test_many_reviews_come_in_pages(as_administrator, everyone, monkeypatch):
    monkeypatch.setattr(reviews, "PAGE", 2)
    today = timezone.localdate()
    for number, days in enumerate([-2, -1, 3, 4], 1):
        on = today + timedelta(days=days)
        everyone.documents.create(name=f"paper {number}.txt", review_on=on)
    first, second = (
        as_administrator.get(reverse("reviews"), {"page": n}).content.decode() for n in (1, 2)
    )
    assert re.findall(r">(paper \d)\.txt</a>", first) == ["paper 1", "paper 2"]
    assert re.findall(r">(paper \d)\.txt</a>", second) == ["paper 3", "paper 4"]
    assert "Nothing is due" not in second
    assert 'href="?page=2" rel="next"' in first


def test_a_review_leads_back_to_its_page_of_the_list(as_administrator, version):
    on = timezone.localdate() + timedelta(days=400)
    for number, ends in {"3": "?page=3", "1": "", "x": ""}.items():
        answer = {"next_on": on.isoformat(), "from": "reviews", "page": number}
        there = as_administrator.post(address(version, "reviewed"), answer).url
        assert there == reverse("reviews") + ends


def test_an_empty_trail_and_no_reviews_tell_what_comes(as_administrator):
    assert b"Nothing yet." in as_administrator.get(reverse("trail")).content
    assert b"give it an owner" in as_administrator.get(reverse("reviews")).content
