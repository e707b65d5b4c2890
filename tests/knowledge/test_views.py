import re

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from knowledge import listing
from knowledge.models import Document, Version
from tests.knowledge.papers import (
    LEAVE,
    published_pdf,
    uploaded,
)

HTMX = {"HX-Request": "true"}


pytestmark = pytest.mark.usefixtures("var")


def failed(collection, name="broken.pdf", error="It is damaged. Save it anew."):
    version = uploaded(collection, name, b"%PDF-1.7 and then nothing, in " + name.encode())
    version.fail(error)
    return version


def file(name, content=b"Hello world."):
    return SimpleUploadedFile(name, content)


def urls_of(version):
    return {
        "keepers": {
            "documents": reverse("documents"),
            "delete": reverse("delete_document", args=[version.document_id]),
        },
        "keepers' actions": {
            "retry": reverse("version_deed", args=[version.pk, "retry"]),
            "retry_failed": reverse("retry_failed"),
            "cancel_all": reverse("cancel_all"),
        },
        "readers": {
            "version": reverse("version", args=[version.pk]),
            "page_picture": reverse("page_picture", args=[version.pk, 1]),
            "download": reverse("download", args=[version.pk]),
        },
    }


def test_signed_out_people_are_sent_to_sign_in(client, everyone):
    for kind in urls_of(published_pdf(everyone, [LEAVE])).values():
        for url in kind.values():
            for response in (client.get(url), client.post(url)):
                assert response.status_code == 302
                assert response.url.startswith(reverse("login"))


def test_an_employee_reads_but_keeps_no_documents(as_employee, everyone):
    urls = urls_of(published_pdf(everyone, [LEAVE]))
    for url in [*urls["keepers"].values(), *urls["keepers' actions"].values()]:
        assert as_employee.get(url).status_code == 403
        assert as_employee.post(url).status_code == 403
    assert [as_employee.get(url).status_code for url in urls["readers"].values()] == [200] * 3
    assert Document.objects.count() == 1


def test_who_may_only_add_documents_deletes_none(client, employee, everyone):
    employee.user_permissions.add(Permission.objects.get(codename="add_version"))
    client.force_login(employee)
    version = published_pdf(everyone, [LEAVE])
    url = reverse("delete_document", args=[version.document_id])
    assert url.encode() not in client.get(reverse("documents")).content
    assert client.post(url).status_code == 403
    assert Document.objects.count() == 1


@pytest.mark.parametrize("person", ["employee", "curator", "outsider"])
@pytest.mark.parametrize("view", ["version", "page_picture", "download"])
def test_a_restricted_document_is_not_found(client, request, managers, person, view):
    client.force_login(request.getfixturevalue(person))
    response = client.get(urls_of(published_pdf(managers, [LEAVE]))["readers"][view])
    assert response.status_code == 404
    assert LEAVE.encode() not in response.content


def test_a_manager_reads_what_is_for_managers(client, manager, managers):
    client.force_login(manager)
    urls = urls_of(published_pdf(managers, [LEAVE]))["readers"]
    assert [client.get(url).status_code for url in urls.values()] == [200] * 3


def test_a_keeper_outside_a_group_neither_sees_nor_changes_its_documents(
    client, employee, managers
):
    both = Permission.objects.filter(codename__in=["add_version", "delete_document"])
    employee.user_permissions.set(both)
    client.force_login(employee)
    version = failed(managers)
    assert b"broken.pdf" not in client.get(reverse("documents")).content
    assert client.post(reverse("version_deed", args=[version.pk, "retry"])).status_code == 404
    url = reverse("delete_document", args=[version.document_id])
    assert client.post(url).status_code == 404
    client.post(reverse("retry_failed"))
    upload = {"collection": managers.pk, "files": [file("mine.txt")]}
    assert client.post(reverse("documents"), upload).status_code == 400
    version.refresh_from_db()
    assert version.status == Version.Status.FAILED
    assert Document.objects.count() == 1


@pytest.mark.parametrize("name", ["version", "page_picture", "download"])
def test_readers_views_take_no_post(as_employee, everyone, name):
    url = urls_of(published_pdf(everyone, [LEAVE]))["readers"][name]
    assert as_employee.post(url).status_code == 405


def test_an_empty_desk_tells_what_to_do(as_administrator, everyone):
    assert b"No documents yet." in as_administrator.get(reverse("documents")).content


def test_without_a_collection_the_page_says_so(as_administrator):
    page = as_administrator.get(reverse("documents")).content.decode()
    assert "There is no collection" in page
    assert reverse("admin:knowledge_collection_add") in page


def test_the_list_tells_each_state(as_administrator, everyone):
    published_pdf(everyone, [LEAVE], name="ready.pdf")
    uploaded(everyone, "waiting.txt", b"Hello")
    failed(everyone)
    page = as_administrator.get(reverse("documents")).content.decode()
    assert "3 documents, 1 in work" in page
    assert re.search(r'badge ready">Ready<', page)
    assert re.search(r'badge queued">Queued<', page)
    assert "It is damaged. Save it anew." in page
    assert "every 1500ms" in page


def test_a_failed_version_leaves_the_older_one_answering(as_administrator, everyone):
    published_pdf(everyone, [LEAVE])
    failed(everyone, "leave.pdf")
    page = as_administrator.get(reverse("documents")).content.decode()
    assert re.search(r"Answers come from <a [^>]+>version 1</a>", page)


def test_a_quiet_list_is_asked_for_rarely_and_sent_only_when_it_changed(as_administrator, everyone):
    published_pdf(everyone, [LEAVE])
    url = reverse("documents")
    fragment = as_administrator.get(url, headers=HTMX).content.decode()
    assert "<html" not in fragment
    assert "every 15s" in fragment
    shown = {"shown": re.search(r'"shown": "(\w+)"', fragment).group(1)}
    assert as_administrator.get(url, shown, headers=HTMX).status_code == 204
    failed(everyone, error="It broke.")
    assert b"It broke." in as_administrator.get(url, shown, headers=HTMX).content


def test_work_that_ends_while_the_list_is_made_is_looked_at_again_soon(
    as_administrator, everyone, monkeypatch
):
    version = uploaded(everyone, "a.txt", b"Hello")
    rows = listing.rows

    def ending(found):
        made = rows(found)
        version.fail("The file is damaged.")
        return made

    monkeypatch.setattr(listing, "rows", ending)
    page = as_administrator.get(reverse("documents")).content.decode()
    assert "every 1500ms" in page


def test_the_list_is_filtered_and_searched(as_administrator, everyone, managers):
    published_pdf(everyone, [LEAVE], name="ready.pdf")
    failed(managers, "pay bands.pdf")

    def names(**choice):
        page = as_administrator.get(reverse("documents"), choice).content.decode()
        return [name for name in ("ready.pdf", "pay bands.pdf") if name in page]

    assert names() == ["ready.pdf", "pay bands.pdf"]
    assert names(q="BANDS") == ["pay bands.pdf"]
    assert names(state="ready") == ["ready.pdf"]
    assert names(state="failed", collection=everyone.pk) == []
    assert names(collection=managers.pk) == ["pay bands.pdf"]
    assert names(state="nonsense", collection="x", page="x") == ["ready.pdf", "pay bands.pdf"]


def test_the_list_has_pages_of_fifty(as_administrator, everyone):
    Document.objects.bulk_create(
        [Document(collection=everyone, name=f"paper {n:02}.txt") for n in range(51)]
    )
    first = as_administrator.get(reverse("documents"), {"q": "paper"}).content.decode()
    assert first.count('class="document"') == 50
    assert "q=paper&amp;page=2" in first
    second = as_administrator.get(reverse("documents"), {"page": 2}).content.decode()
    assert second.count('class="document"') == 1


def test_the_list_takes_few_queries(as_administrator, everyone, django_assert_max_num_queries):
    for n in range(5):
        uploaded(everyone, f"{n}.txt", f"Text {n}".encode())
    with django_assert_max_num_queries(9):
        as_administrator.get(reverse("documents"), headers=HTMX)


def test_a_failed_version_is_put_into_the_queue_again(as_administrator, everyone):
    version = failed(everyone)
    response = as_administrator.post(
        reverse("version_deed", args=[version.pk, "retry"]), headers=HTMX
    )
    assert b'badge queued">Queued<' in response.content
    version.refresh_from_db()
    assert version.status == Version.Status.QUEUED


def test_all_failed_are_put_into_the_queue_again(as_administrator, everyone):
    failed(everyone, "one.pdf")
    failed(everyone, "two.pdf")
    response = as_administrator.post(reverse("retry_failed") + "?state=failed&q=")
    assert response.url == reverse("documents") + "?state=failed"
    assert set(Version.objects.values_list("status", flat=True)) == {"queued"}


def test_all_that_is_in_work_is_cancelled_once_asked(as_administrator, everyone):
    sent = [uploaded(everyone, f"{name}.txt", name.encode()) for name in ("one", "two")]
    page = as_administrator.get(reverse("documents")).content.decode()
    assert 'id="cancel-all"' in page
    url = reverse("cancel_all")
    dialog = as_administrator.get(url + "?from=document", headers=HTMX).content.decode()
    assert "2 files are not read" in dialog
    assert "<html" not in dialog
    as_administrator.post(url, headers=HTMX)
    assert set(Version.objects.values_list("status", flat=True)) == {"cancelled"}
    assert not ProcrastinateJob.objects.filter(args__version_id__in=[one.pk for one in sent])
    assert 'id="cancel-all"' not in as_administrator.get(reverse("documents")).content.decode()


def test_what_others_keep_is_not_cancelled(client, employee, managers):
    employee.user_permissions.add(Permission.objects.get(codename="add_version"))
    client.force_login(employee)
    uploaded(managers, "theirs.txt", b"theirs")
    client.post(reverse("cancel_all"))
    assert Version.objects.get().status == Version.Status.QUEUED


def test_deleting_asks_first_and_says_what_will_be_gone(as_administrator, everyone):
    version = published_pdf(everyone, [LEAVE])
    url = reverse("delete_document", args=[version.document_id])
    page = as_administrator.get(url).content.decode()
    assert "Delete “Leave”?" in page
    assert "1 version<" in page
    assert "1 passage<" in page
    dialog = as_administrator.get(url, headers=HTMX).content.decode()
    assert "<html" not in dialog
    assert Document.objects.exists()


def test_deleting_deletes_and_returns_to_the_list(as_administrator, everyone):
    version = published_pdf(everyone, [LEAVE])
    url = reverse("delete_document", args=[version.document_id])
    assert as_administrator.post(url + "?q=leave").url == reverse("documents") + "?q=leave"
    assert not Document.objects.exists()
    assert as_administrator.post(url).status_code == 404
