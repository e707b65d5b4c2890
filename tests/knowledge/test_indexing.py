from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.base import ContentFile
from django.db import connections

from knowledge import indexing
from knowledge.extract.blocks import Block, Extraction, Page
from knowledge.extract.isolated import Extractor
from knowledge.models import Document, Index, Passage, Version
from knowledge.uploads import upload
from tests.knowledge.papers import LEAVE, NOTICE, pdf
from tests.workers import WAITING, run_sql, wait_for

HANDBOOK = b"""# Leave

Every employee has 25 working days of leave a year. Requests go to the manager.

## Table

| Meal | Limit |
|---|---|
| Lunch | 16 euro |
| Dinner | 35 euro |
"""


@pytest.fixture(autouse=True)
def closed_reader():
    """The reader's process ends with the test; in the worker it stays for the next file."""
    yield
    indexing.readers.close()


@pytest.fixture
def read(monkeypatch):
    """Gives these blocks for every file, or raises, instead of a reader's process."""

    def give(*blocks, error=None, title=""):
        def extract(self, path, name, progress=None):
            if error:
                raise error
            return Extraction([Page(1, list(blocks))], title)

        monkeypatch.setattr(Extractor, "extract", extract)

    return give


def queued(collection, data=HANDBOOK, name="leave.md"):
    return upload(collection, name, ContentFile(data, name)).version


def texts(version):
    return list(Passage.objects.live().filter(version=version).values_list("text", flat=True))


def versions_live(document):
    found = Passage.objects.live().filter(version__document=document)
    return set(found.values_list("version__number", flat=True))


def elsewhere(call):
    """What `call` gives in a thread with a connection of its own."""

    def run():
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(20)


def test_a_real_file_becomes_passages_that_search_finds(everyone):
    version = queued(everyone)
    indexing.index(version)
    version.refresh_from_db()
    assert (version.status, version.progress, version.error) == ("ready", 100, "")
    passages = list(version.passages.live())
    assert version.passage_count == len(passages) > 0
    text = "\n".join(passage.text for passage in passages)
    assert "25 working days" in text
    assert "Lunch | 16 euro" in text
    first = passages[0]
    embedding = first.embeddings.get(index=Index.objects.active(), live=True)
    assert first.collection == embedding.collection == everyone
    assert len(first.sentences) == 2 * len(embedding.sentences) > 0
    assert "Leave" in first.headings


def test_a_pdf_keeps_its_pages_and_places(everyone):
    version = queued(everyone, pdf([LEAVE], [NOTICE]), "leave.pdf")
    indexing.index(version)
    version.refresh_from_db()
    assert (version.pages, version.paged) == (2, True)
    (passage,) = version.passages.all()
    assert passage.page_starts == [0, 1, passage.text.index(NOTICE), 2]
    assert {span[2] for span in passage.spans} == {1, 2}


def test_a_file_that_cannot_be_read_fails_with_its_sentence(everyone):
    version = queued(everyone, b"%PDF-1.7 and then nothing", "leave.pdf")
    indexing.index(version)
    version.refresh_from_db()
    assert version.status == Version.Status.FAILED
    assert "damaged" in version.error
    assert version.finished_at is not None


def test_a_file_that_is_gone_fails_with_its_sentence(everyone):
    version = queued(everyone)
    version.file.storage.delete(version.file.name)
    indexing.index(version)
    assert "Upload it again" in Version.objects.get().error


def test_nothing_to_find_is_never_called_ready(everyone, read):
    read(Block("paragraph", "\0 "))
    indexing.index(queued(everyone))
    version = Version.objects.get()
    assert version.status == Version.Status.FAILED
    assert "no text" in version.error


def test_warnings_of_pages_are_kept(everyone, monkeypatch):
    page = Page(2, [Block("paragraph", LEAVE)], warning="a table could not be read")
    monkeypatch.setattr(Extractor, "extract", lambda *_: Extraction([page]))
    indexing.index(queued(everyone))
    assert Version.objects.get().warning == "Page 2: a table could not be read"


def test_text_that_postgres_refuses_is_made_acceptable(everyone, read):
    row = Block("table_row", "a\0b | c", header="x\0 | y")
    read(Block("heading", "Le\0ave"), Block("paragraph", "25\0days."), row, title="Ti\0tle")
    indexing.index(queued(everyone))
    assert "25 days." in texts(Version.objects.get())[0]
    assert Document.objects.get().title == "Ti tle"


def test_endless_words_rows_and_titles_are_indexed(everyone, read):
    word = "x" * 10_000
    row = Block("table_row", "cell | " * 4000, header=word)
    read(Block("heading", word), Block("paragraph", word), row, title="T" * 1000)
    indexing.index(queued(everyone))
    assert Version.objects.get().status == Version.Status.READY
    assert Document.objects.get().title == "T" * 255


def test_a_file_without_a_title_is_known_by_its_name(everyone, read):
    read(Block("paragraph", LEAVE))
    indexing.index(queued(everyone, name="travel/paid_leave-2026.md"))
    assert Passage.objects.get().headings == "Paid leave 2026"


def test_progress_is_written_down_but_not_too_often(everyone, monkeypatch):
    version = queued(everyone)
    report = indexing.reporter(version, Version.Status.EXTRACTING)
    report(1, 10)
    assert Version.objects.get().progress == 0
    monkeypatch.setattr(indexing, "SECONDS_BETWEEN_REPORTS", 0)
    report(5, 10)
    assert Version.objects.get().progress == 50
    report(0, 0)
    assert Version.objects.get().progress == 0


@pytest.mark.usefixtures("run_jobs")
def test_another_connection_sees_the_old_or_the_new_passages(everyone, read, monkeypatch):
    read(Block("paragraph", LEAVE))
    first = queued(everyone)
    indexing.index(first)
    second = queued(everyone, b"Other bytes.")
    seen, update = [], Version.note

    def look(self, **values):
        update(self, **values)
        seen.append(elsewhere(lambda: versions_live(first.document)))

    monkeypatch.setattr(Version, "note", look)
    indexing.index(second)
    assert set(map(tuple, seen)) == {(1,)}
    assert elsewhere(lambda: versions_live(first.document)) == {2}


@pytest.mark.usefixtures("run_jobs")
def test_work_that_broke_off_is_done_again_from_the_start(everyone, read, monkeypatch):
    read(*(Block("paragraph", LEAVE) for _ in range(30)))
    version, update = queued(everyone), Version.note

    def die(self, **values):
        if values.get("status") == Version.Status.READY:
            raise KeyboardInterrupt
        update(self, **values)

    monkeypatch.setattr(Version, "note", die)
    with pytest.raises(KeyboardInterrupt):
        indexing.index_by_id(version.pk)
    monkeypatch.setattr(Version, "note", update)
    assert not Passage.objects.exists()
    indexing.index_by_id(version.pk)
    count = Passage.objects.count()
    assert count == Version.objects.get().passage_count > 1
    indexing.index_by_id(version.pk)
    assert Passage.objects.count() == count


@pytest.mark.parametrize("stage", ["extract", "embed"])
def test_a_document_deleted_in_mid_work_is_nobodys_error(everyone, read, monkeypatch, stage):
    read(Block("paragraph", LEAVE))
    version, work = queued(everyone), getattr(indexing, stage)

    def delete_meanwhile(*arguments):
        done = work(*arguments)
        Document.objects.get().delete()
        return done

    monkeypatch.setattr(indexing, stage, delete_meanwhile)
    indexing.index_by_id(version.pk)
    assert Version.objects.count() == Passage.objects.count() == 0
    indexing.index_by_id(version.pk)


def test_a_version_deleted_in_mid_work_leaves_the_others(everyone, read, monkeypatch):
    read(Block("paragraph", LEAVE))
    first = queued(everyone)
    indexing.index(first)
    second, embed = queued(everyone, b"Other bytes."), indexing.embed

    def delete_meanwhile(*arguments):
        Version.objects.filter(pk=second.pk).delete()
        return embed(*arguments)

    monkeypatch.setattr(indexing, "embed", delete_meanwhile)
    monkeypatch.setattr(Version, "report", lambda *_: None)
    indexing.index_by_id(second.pk)
    assert versions_live(first.document) == {1}


@pytest.mark.usefixtures("run_jobs")
@pytest.mark.parametrize("what", [Document, Version])
def test_deleting_waits_for_the_worker_that_publishes(everyone, read, monkeypatch, what):
    read(*(Block("paragraph", LEAVE) for _ in range(30)))
    version, update, deletions = queued(everyone), Version.note, []

    def delete():
        try:
            what.objects.all().delete()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    def delete_meanwhile(self, **values):
        update(self, **values)
        if values.get("status") == Version.Status.READY:
            deletions.append(pool.submit(delete))
            wait_for(lambda: run_sql(WAITING))

    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(Version, "note", delete_meanwhile)
        indexing.index_by_id(version.pk)
        assert deletions[0].result(20) is None
    assert not Version.objects.exists()
    assert not Passage.objects.exists()


def test_an_error_that_nobody_foresaw_is_raised_to_be_tried_again(everyone, read):
    version = queued(everyone)
    read(error=ZeroDivisionError("secret text"))
    with pytest.raises(ZeroDivisionError):
        indexing.index_by_id(version.pk, tries_left=1)
    assert not Version.objects.get().finished
    with pytest.raises(ZeroDivisionError):
        indexing.index_by_id(version.pk, tries_left=0)
    version.refresh_from_db()
    assert version.status == Version.Status.FAILED
    assert "unexpected error stopped the work (ZeroDivisionError)" in version.error
    assert "secret" not in version.error


def test_a_document_that_ends_its_worker_each_time_is_given_up(everyone, read):
    version = queued(everyone)
    read(error=AssertionError("not to be read"))
    indexing.index_by_id(version.pk, tries_left=-1)
    version.refresh_from_db()
    assert version.status == Version.Status.FAILED
    assert "again and again" in version.error
