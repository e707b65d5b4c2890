import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from knowledge import pictures, removal
from knowledge.models import AuditEntry, Collection, Document, Version
from tests.knowledge.papers import LEAVE, NOTICE, pdf, published_pdf, uploaded
from tests.knowledge.test_uploads import in_threads

pytestmark = pytest.mark.usefixtures("var")


def test_a_deleted_document_takes_files_and_pictures_along(
    everyone, django_capture_on_commit_callbacks
):
    version = published_pdf(everyone, [LEAVE])
    picture = pictures.picture(version, 1)
    with django_capture_on_commit_callbacks(execute=True):
        version.document.delete()
        assert default_storage.exists(version.file.name)
    assert not default_storage.exists(version.file.name)
    assert not picture.parent.exists()
    assert not Version.objects.exists()


def test_a_deletion_that_is_rolled_back_loses_no_file(everyone):
    version = published_pdf(everyone, [LEAVE])
    with transaction.atomic():
        version.document.delete()
        transaction.set_rollback(True)
    assert default_storage.exists(version.file.name)
    assert Document.objects.count() == 1


def test_a_file_in_two_collections_keeps_its_pictures(
    everyone, managers, django_capture_on_commit_callbacks
):
    first = published_pdf(everyone, [LEAVE])
    second = published_pdf(managers, [LEAVE])
    second.__class__.objects.filter(pk=second.pk).update(sha256=first.sha256)
    picture = pictures.picture(first, 1)
    with django_capture_on_commit_callbacks(execute=True):
        second.document.delete()
    assert picture.exists()
    assert default_storage.exists(first.file.name)


def test_the_consequences_count_versions_and_passages(everyone):
    version = published_pdf(everyone, [LEAVE])
    uploaded(everyone, "leave.pdf", pdf([NOTICE]))
    assert removal.consequences(version.document) == [(2, "versions"), (1, "passage")]
    other = uploaded(everyone, "notice.pdf", pdf([NOTICE])).document
    assert removal.consequences(version.document, other) == [(3, "versions"), (1, "passage")]


@pytest.mark.usefixtures("run_jobs")
@pytest.mark.parametrize("what", ["document", "collection"])
def test_two_deletions_at_the_same_time_are_one(everyone, what):
    published_pdf(everyone, [LEAVE])
    kind, pk = (
        (Document, Document.objects.get().pk) if what == "document" else (Collection, everyone.pk)
    )
    found = in_threads(*[kind.objects.get(pk=pk).delete] * 3)
    assert sorted(count > 0 for count, _ in found) == [False, False, True]
    assert AuditEntry.objects.filter(action="deleted").count() == (1 if what == "document" else 2)
