import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from knowledge.models import Collection, Document, Passage, Version
from tests.knowledge.papers import LEAVE, published_pdf, uploaded

UPLOAD = "admin:knowledge_document_upload"
LIST = "admin:knowledge_document_changelist"


pytestmark = pytest.mark.usefixtures("var")


def hello(name="hello.txt"):
    return SimpleUploadedFile(name, b"Hello world, from " + name.encode())


@pytest.mark.parametrize("name", [UPLOAD, LIST])
def test_signed_out_people_are_sent_to_sign_in(client, name):
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize("person", ["employee", "outsider", "manager"])
def test_people_who_are_not_staff_are_sent_away(client, request, person):
    client.force_login(request.getfixturevalue(person))
    assert client.get(reverse(UPLOAD)).status_code == 302


def test_staff_without_the_permission_are_refused(client, curator, everyone):
    client.force_login(curator)
    data = {"collection": everyone.pk, "files": [hello()]}
    assert client.get(reverse(UPLOAD)).status_code == 403
    assert client.post(reverse(UPLOAD), data).status_code == 403
    assert not Document.objects.exists()


def test_the_list_links_to_the_upload_page(as_administrator, everyone):
    assert reverse(UPLOAD) in as_administrator.get(reverse(LIST)).content.decode()


def test_the_upload_page_has_the_box_and_no_inline_code(as_administrator, everyone):
    page = as_administrator.get(reverse(UPLOAD)).content.decode()
    assert "data-drop" in page
    assert "uploads.js" in page
    assert "style=" not in page
    assert "<script>" not in page


def test_many_files_are_uploaded(as_administrator, everyone):
    data = {"collection": everyone.pk, "files": [hello("a.txt"), hello("b.txt")]}
    page = as_administrator.post(reverse(UPLOAD), data)
    assert page.status_code == 200
    assert page.content.decode().count('class="upload-result new"') == 2
    assert Document.objects.count() == 2


def test_an_upload_by_script_gets_the_results_alone(as_administrator, everyone):
    data = {"collection": everyone.pk, "files": [hello()]}
    page = as_administrator.post(reverse(UPLOAD), data, headers={"HX-Request": "true"})
    assert b"hello.txt" in page.content
    assert b"<html" not in page.content


def test_an_upload_without_files_is_told(as_administrator, everyone):
    page = as_administrator.post(reverse(UPLOAD), {"collection": everyone.pk})
    assert page.status_code == 400
    assert b"Choose at least one file." in page.content


def test_a_document_shows_its_versions_read_only(as_administrator, everyone):
    version = published_pdf(everyone, [LEAVE])
    url = reverse("admin:knowledge_document_change", args=[version.document_id])
    page = as_administrator.get(url).content.decode()
    assert version.get_absolute_url() in page
    assert 'name="_save"' not in page


def test_failed_versions_are_put_into_the_queue_again(as_administrator, everyone):
    version = uploaded(everyone, "broken.pdf", b"%PDF-broken")
    version.fail("It is damaged.")
    data = {"action": "retry", "_selected_action": [version.document_id]}
    page = as_administrator.post(reverse(LIST), data, follow=True)
    assert b"1 put into the queue again." in page.content
    version.refresh_from_db()
    assert version.status == Version.Status.QUEUED


@pytest.mark.parametrize("what", ["document", "collection"])
def test_deleting_tells_what_goes_and_removes_the_files(
    as_administrator, everyone, what, django_capture_on_commit_callbacks
):
    version = published_pdf(everyone, [LEAVE])
    pk = version.document_id if what == "document" else everyone.pk
    url = reverse(f"admin:knowledge_{what}_delete", args=[pk])
    page = as_administrator.get(url).content.decode()
    assert "Version: 1" in page or "version: 1" in page.lower()
    with django_capture_on_commit_callbacks(execute=True):
        as_administrator.post(url, {"post": "yes"})
    assert not Document.objects.exists()
    assert not Passage.objects.exists()
    assert not default_storage.exists(version.file.name)


def test_a_collection_says_who_reads_it(as_administrator, everyone, managers):
    Collection.objects.create(name="Nobody's", slug="nobodys")
    url = reverse("admin:knowledge_collection_changelist")
    page = as_administrator.get(url).content.decode()
    for readers in ("everyone", "Managers", "nobody"):
        assert f'<td class="field-readers">{readers}</td>' in page


def test_passages_are_looked_at_only(as_administrator, everyone):
    version = published_pdf(everyone, [LEAVE])
    assert as_administrator.get(reverse("admin:knowledge_passage_changelist")).status_code == 200
    passage = Passage.objects.only("pk").get(version=version)
    url = reverse("admin:knowledge_passage_change", args=[passage.pk])
    page = as_administrator.get(url).content.decode()
    assert LEAVE in page
    assert 'name="_save"' not in page
    assert as_administrator.post(url, {"text": "changed"}).status_code == 403
