"""What a reader opens: the source view, the pictures of pages, the download."""

import pytest
from django.urls import reverse

from knowledge.models import AuditEntry, Version
from tests.knowledge.papers import (
    LEAVE,
    NOTICE,
    meals,
    pdf,
    published_pdf,
    published_text,
    uploaded,
)

pytestmark = pytest.mark.usefixtures("var")


def test_the_source_view_shows_title_version_and_pages(as_employee, everyone):
    version = published_pdf(everyone, [LEAVE], [NOTICE])
    page = as_employee.get(version.get_absolute_url(), {"page": 2}).content.decode()
    assert "<h1>Leave</h1>" in page
    assert "Version 1 of" in page
    assert reverse("page_picture", args=[version.pk, 2]) in page
    assert 'href="?page=1"' in page
    assert NOTICE in page
    assert LEAVE not in page


@pytest.mark.parametrize("number", ["0", "3", "-1", "x", "", "９９", "9" * 5000])
def test_a_page_that_is_not_there_is_not_found(as_employee, everyone, number):
    url = published_pdf(everyone, [LEAVE], [NOTICE]).get_absolute_url()
    assert as_employee.get(url, {"page": number}).status_code == 404


def test_the_source_view_of_a_replaced_version_leads_to_the_new_one(as_employee, everyone):
    old = published_pdf(everyone, [LEAVE])
    new = published_pdf(everyone, [NOTICE])
    page = as_employee.get(old.get_absolute_url()).content.decode()
    assert "has been replaced" in page
    assert new.get_absolute_url() in page


def test_the_source_view_of_a_text_shows_its_table(as_employee, everyone):
    page = as_employee.get(published_text(everyone, meals()).get_absolute_url()).content.decode()
    assert "<td>16 euro</td>" in page


def test_a_page_picture_is_private_and_asked_about_again(as_employee, everyone):
    url = reverse("page_picture", args=[published_pdf(everyone, [LEAVE]).pk, 1])
    response = as_employee.get(url)
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "private, no-cache"
    assert response.content.startswith(b"\x89PNG")
    again = as_employee.get(url, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("number", [0, 2, 10**9, 10**300])
def test_a_picture_of_a_page_that_is_not_there_is_not_found(as_employee, everyone, number):
    version = published_pdf(everyone, [LEAVE])
    url = reverse("page_picture", args=[version.pk, number])
    assert as_employee.get(url).status_code == 404


def test_a_picture_of_a_text_is_not_found(as_administrator, everyone):
    version = uploaded(everyone, "a.txt", b"Hello")
    assert as_administrator.get(reverse("page_picture", args=[version.pk, 1])).status_code == 404


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("travel/Übersicht 2026.pdf", "application/pdf"),
        ("page.html", "application/octet-stream"),
        ("picture.xml", "application/octet-stream"),
        ("notes.md", "text/markdown; charset=utf-8"),
    ],
)
def test_a_download_is_always_saved_never_opened(as_administrator, everyone, name, kind):
    version = uploaded(everyone, name, b"<script>alert(1)</script>")
    response = as_administrator.get(reverse("download", args=[version.pk]))
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response.content == b"<script>alert(1)</script>"
    if "/" in name:
        assert "filename*=utf-8''%C3%9Cbersicht%202026.pdf" in response["Content-Disposition"]


def test_a_download_whose_file_is_gone_is_not_found(as_administrator, everyone):
    version = uploaded(everyone, "leave.pdf", pdf([LEAVE]))
    version.file.storage.delete(version.file.name)
    assert as_administrator.get(reverse("download", args=[version.pk])).status_code == 404
    assert as_administrator.get(reverse("page_picture", args=[version.pk, 1])).status_code == 404
    page = as_administrator.get(version.get_absolute_url())
    assert page.status_code == 200


READER_ADDRESSES = ["version", "page_picture", "download"]


def opened(client, name, version):
    number = [1] if name == "page_picture" else []
    return client.get(reverse(name, args=[version.pk, *number])).status_code


@pytest.mark.parametrize("name", READER_ADDRESSES)
@pytest.mark.parametrize("status", ["scheduled", "held", "failed", "cancelled", "queued"])
def test_a_reader_opens_no_version_that_never_answered(as_employee, everyone, name, status):
    version = published_pdf(everyone, [LEAVE])
    AuditEntry.objects.filter(action=AuditEntry.Action.PUBLISHED).delete()
    Version.objects.filter(pk=version.pk).update(status=status)
    assert opened(as_employee, name, version) == 404


@pytest.mark.parametrize("name", READER_ADDRESSES)
def test_an_administrator_opens_a_version_before_its_day(as_administrator, everyone, name):
    version = published_pdf(everyone, [LEAVE])
    Version.objects.filter(pk=version.pk).update(status=Version.Status.SCHEDULED)
    assert opened(as_administrator, name, version) == 200


@pytest.mark.parametrize("name", READER_ADDRESSES)
def test_a_reader_still_opens_what_answered_before_it_was_put_off(as_employee, everyone, name):
    version = published_pdf(everyone, [LEAVE])
    Version.objects.filter(pk=version.pk).update(status=Version.Status.SCHEDULED)
    assert opened(as_employee, name, version) == 200
