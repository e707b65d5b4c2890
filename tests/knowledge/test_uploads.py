import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from knowledge.models import Collection, Document, Version
from knowledge.publishing import Content, publish
from knowledge.uploads import upload


def file(data, name="leave.txt"):
    return File(io.BytesIO(data), name=name)


def put(collection, name="leave.txt", data=b"25 days.", **values):
    return upload(collection, name, file(data, name), **values)


def finish(version):
    publish(version, Content("", 1, False, [], []))


def jobs():
    return list(ProcrastinateJob.objects.order_by("id").values_list("args", "lock", "status"))


def test_a_file_becomes_a_queued_version_with_its_job(everyone, administrator):
    found = put(everyone, by=administrator)
    version = Version.objects.get()
    assert (found.outcome, found.version) == ("new", version)
    assert (version.number, version.size, version.status) == (1, 8, "queued")
    assert version.uploaded_by == administrator
    with version.file.open() as kept:
        assert kept.read() == b"25 days."
    assert jobs() == [({"version_id": version.pk}, f"document-{version.document_id}", "todo")]


@pytest.mark.usefixtures("run_jobs")
def test_document_file_and_job_are_one_transaction(everyone):
    with transaction.atomic():
        put(everyone)
        transaction.set_rollback(True)
    assert not Document.objects.exists()
    assert jobs() == []


def test_the_same_bytes_again_change_nothing(everyone):
    first = put(everyone).version
    again = put(everyone)
    assert (again.outcome, again.version) == ("unchanged", first)
    finish(first)
    assert put(everyone).outcome == "unchanged"
    assert Version.objects.count() == len(jobs()) == 1


def test_the_same_bytes_restore_a_file_that_was_lost(everyone):
    first = put(everyone).version
    finish(first)
    first.file.storage.delete(first.file.name)
    again = put(everyone)
    assert (again.outcome, again.version.number) == ("new version", 2)
    with again.version.file.open() as kept:
        assert kept.read() == b"25 days."


def test_the_same_bytes_under_another_name_are_recognised_once_they_are_published(everyone):
    first = put(everyone).version
    finish(first)
    again = put(everyone, "leave (copy).txt")
    assert (again.outcome, again.version) == ("unchanged", first)
    assert Document.objects.count() == 1


def test_another_collection_has_a_document_of_its_own(everyone, managers):
    finish(put(everyone).version)
    found = put(managers)
    assert found.outcome == "new"
    assert found.version.document.collection == managers


def test_other_bytes_of_the_name_are_the_next_version(everyone):
    first = put(everyone).version
    finish(first)
    second = put(everyone, data=b"30 days.")
    assert second.outcome == "new version"
    assert (second.version.number, second.version.document) == (2, first.document)
    first.refresh_from_db()
    assert first.status == Version.Status.READY


def test_going_back_to_the_old_bytes_is_a_version_too(everyone):
    for data in (b"old", b"new"):
        finish(put(everyone, data=data).version)
    assert put(everyone, data=b"old").version.number == 3


def test_the_bytes_of_a_failed_version_are_tried_again(everyone):
    put(everyone).version.fail("It broke.")
    assert put(everyone).outcome == "new version"


@pytest.mark.parametrize(
    ("data", "sentence"), [(b"", "The file is empty"), (b"x" * 2_000_001, "2 MB; at most 1 MB")]
)
def test_an_empty_or_oversized_file_fails_without_being_kept(settings, everyone, data, sentence):
    settings.MAX_UPLOAD_MB = 1
    version = put(everyone, data=data).version
    version.refresh_from_db()
    assert version.status == Version.Status.FAILED
    assert sentence in version.error
    assert not version.file
    assert jobs() == []
    version.retry()
    assert jobs() == []


PROGRAM = b"MZ" + bytes(range(256)) * 40


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("setup.exe", PROGRAM),
        ("setup", PROGRAM),
        ("leave.py", b"days = 25"),
        ("film.mp4", b"\0\0\0\x18ftypmp42" + PROGRAM),
    ],
)
def test_what_no_reader_takes_fails_without_being_kept(everyone, name, data):
    version = put(everyone, name, data).version
    version.refresh_from_db()
    assert version.status == Version.Status.FAILED
    assert "This kind of file is not supported. Upload one of these: PDF" in version.error
    assert not version.file
    assert jobs() == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("README", b"25 days."),
        ("LEAVE.TXT", b"25 days."),
        ("leave.v2", b"%PDF-1.7 and what follows"),
        ("leave.scan", b"\x89PNG\r\n\x1a\n" + bytes(9000)),
        ("leave.dotm", b"PK\x03\x04" + bytes(9000)),
        ("leave.wiz", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9000)),
        ("leave.pdf", PROGRAM),
    ],
)
def test_what_a_reader_may_take_is_left_to_it(everyone, name, data):
    version = put(everyone, name, data).version
    assert version.status == Version.Status.QUEUED
    with version.file.open() as kept:
        assert kept.read() == data


def test_a_file_just_at_the_limit_is_taken(settings, everyone):
    settings.MAX_UPLOAD_MB = 1
    assert put(everyone, data=b"x" * 1_000_000).version.status == Version.Status.QUEUED


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("  leave.txt\n", "leave.txt"),
        ("le\0ave.txt", "leave.txt"),
        ("le\x1b[31mave\u202e.txt", "le[31mave.txt"),
        ("le\udcffave.txt", "leave.txt"),
        ("", "unnamed"),
        (" \0 ", "unnamed"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("Urlaub – Größe 漢字.pdf", "Urlaub – Größe 漢字.pdf"),
    ],
)
def test_a_name_is_one_that_postgres_takes_and_a_page_shows(everyone, name, expected):
    assert upload(everyone, name, file(b"x")).version.document.name == expected


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\x.txt", "a/b.txt", "CON"])
def test_no_name_leaves_the_folder_of_files(everyone, media, name):
    version = upload(everyone, name, file(b"x")).version
    assert version.file.name.startswith("versions/")
    assert default_storage.exists(version.file.name)
    assert media in (media / version.file.name).resolve().parents


def in_threads(*calls):
    """Runs the calls at the same time, each on a connection of its own."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(10)
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [done.result(20) for done in [pool.submit(run, call) for call in calls]]


@pytest.mark.usefixtures("run_jobs")
def test_uploads_at_the_same_time_are_taken_one_after_the_other(everyone):
    found = in_threads(*(lambda n=n: put(everyone, data=b"%d days." % n) for n in range(4)))
    assert sorted(one.version.number for one in found) == [1, 2, 3, 4]
    assert sorted(one.outcome for one in found) == ["new", *["new version"] * 3]


@pytest.mark.usefixtures("run_jobs")
def test_the_same_file_twice_at_the_same_time_is_one_version(everyone):
    found = in_threads(*(lambda: put(everyone) for _ in range(4)))
    assert sorted(one.outcome for one in found) == ["new", *["unchanged"] * 3]
    assert Version.objects.count() == len(jobs()) == 1


@pytest.mark.usefixtures("run_jobs")
def test_an_upload_does_not_wait_for_what_refers_to_its_collection(everyone):
    def document_beside():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '3s'")
            Document.objects.create(collection=everyone, name="other.txt")
            cursor.execute("RESET lock_timeout")

    with transaction.atomic():
        Collection.objects.select_for_update(no_key=True).get(pk=everyone.pk)
        in_threads(document_beside)
    assert Document.objects.count() == 1


def many(collection, count=1000):
    """So many documents that Postgres does better than to read them all, and knows it."""
    documents = Document.objects.bulk_create(
        Document(collection=collection, name=f"{n}.txt") for n in range(count)
    )
    versions = Version.objects.bulk_create(
        Version(document=one, number=1, name=one.name, sha256=f"{n:064}", size=1)
        for n, one in enumerate(documents)
    )
    for document, version in zip(documents, versions, strict=True):
        document.current = version
    Document.objects.bulk_update(documents, ["current"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE knowledge_version")
        cursor.execute("ANALYZE knowledge_document")


def plan(queryset):
    return queryset.explain()


def test_an_upload_finds_its_name_and_its_bytes_by_an_index(everyone):
    many(everyone)
    assert "version_name" in plan(everyone.documents.filter(current__name="leave.txt"))
    assert "version_sha256" in plan(Version.objects.filter(sha256="0" * 64))
