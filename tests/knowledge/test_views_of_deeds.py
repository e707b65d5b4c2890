"""The buttons: cancel, retry, publish, discard, withdraw, restore, delete."""

import pytest
from django.urls import reverse

from knowledge.models import Document, Version
from tests.knowledge.papers import LEAVE, published_pdf, uploaded
from tests.knowledge.versions import published

pytestmark = pytest.mark.usefixtures("var")

HTMX = {"HX-Request": "true"}


def do(client, version, deed, **options):
    return client.post(reverse("version_deed", args=[version.pk, deed]), **options)


def status(version):
    return Version.objects.get(pk=version.pk).status


def test_unfinished_work_is_cancelled_and_begun_again(as_administrator, everyone):
    version = uploaded(everyone, "a.txt", b"Hello")
    page = do(as_administrator, version, "cancel", headers=HTMX).content.decode()
    assert 'badge cancelled">Cancelled<' in page
    assert "Retry" in page
    do(as_administrator, version, "retry")
    assert status(version) == "queued"


def test_a_deed_that_came_too_late_says_that_nothing_was_done(as_administrator, everyone):
    version = published_pdf(everyone, [LEAVE])
    page = do(as_administrator, version, "cancel", headers=HTMX).content.decode()
    assert "Nothing was done" in page
    assert status(version) == "ready"


@pytest.fixture
def held(everyone):
    version = published(everyone)
    Version.objects.filter(pk=version.pk).update(status="held", readable_pages=1, expected_pages=4)
    Document.objects.update(current=None)
    return version


def test_a_held_version_is_told_why_and_published(as_administrator, held):
    page = as_administrator.get(reverse("documents"), {"state": "waits"}).content.decode()
    assert "Only 1 of 4 pages have text" in page
    assert do(as_administrator, held, "publish").url.startswith(reverse("documents"))
    assert status(held) == "ready"


def test_discarding_asks_first(as_administrator, held):
    url = reverse("version_deed", args=[held.pk, "discard"])
    assert "Discard version 1 of" in as_administrator.get(url).content.decode()
    assert "<html" not in as_administrator.get(url, headers=HTMX).content.decode()
    assert status(held) == "held"
    do(as_administrator, held, "discard")
    assert status(held) == "cancelled"


def test_withdrawing_asks_and_restoring_brings_back(as_administrator, everyone):
    version = published(everyone)
    url = reverse("document_deed", args=[version.document_id, "withdraw"])
    page = as_administrator.get(url, {"from": "document"}).content.decode()
    assert "Withdraw “" in page
    response = as_administrator.post(url, {"from": "document"})
    assert response.url == reverse("document", args=[version.document_id])
    assert status(version) == "withdrawn"
    page = as_administrator.get(response.url).content.decode()
    assert "Answers no more, until it is restored" in page
    as_administrator.post(reverse("document_deed", args=[version.document_id, "restore"]))
    assert status(version) == "ready"


def test_deleting_tells_what_it_answered_lately(as_administrator, everyone, monkeypatch):
    from knowledge import uses

    monkeypatch.setattr(uses, "count", lambda document, since=None: 7)
    version = published_pdf(everyone, [LEAVE])
    page = as_administrator.get(reverse("delete_document", args=[version.document_id])).content
    assert "<strong>7 questions</strong> of the last 90 days" in page.decode()


def test_the_list_is_filtered_by_what_waits_and_what_is_due(
    as_administrator, administrator, everyone
):
    from django.utils import timezone

    due = published(everyone, name="due.txt").document
    due.entrust(administrator, timezone.localdate(), administrator)
    uploaded(everyone, "broken.txt", b"x").fail("It broke.")
    uploaded(everyone, "waiting.txt", b"y")

    def names(state):
        page = as_administrator.get(reverse("documents"), {"state": state}).content.decode()
        return [name for name in ("due.txt", "broken.txt", "waiting.txt") if name in page]

    assert names("waits") == ["due.txt", "broken.txt"]
    assert names("review") == ["due.txt"]
    assert names("working") == ["waiting.txt"]
    assert names("withdrawn") == []
