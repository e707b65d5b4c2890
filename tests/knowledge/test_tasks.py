import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from knowledge import indexing, tasks
from knowledge.errors import KnowledgeError
from knowledge.models import Passage, Version
from knowledge.uploads import upload
from tests.knowledge.versions import day, make, published, travel
from tests.workers import database_url, heartbeats_stop

pytestmark = pytest.mark.usefixtures("closed_readers")

TEXT = b"Every employee has 25 working days of leave a year."
# A worker as the desk starts it, but for a reader that never ends.
WORKER = """
import asyncio, time
import django
django.setup()
from procrastinate.contrib.django import app
from knowledge.extract.isolated import Extractor

def read(*arguments):
    print("begun", flush=True)
    time.sleep(60)

async def work():
    with app.replace_connector(app.connector.get_worker_connector()):
        async with app.open_async():
            await app.run_worker_async(concurrency=2)

Extractor.extract = read
asyncio.run(work())
"""


def queued(collection, data=TEXT, name="leave.txt"):
    return upload(collection, name, ContentFile(data, name)).version


@pytest.fixture
def start_worker(run_jobs, tmp_path):
    """Starts a worker process on the test database, and waits until it has begun a document."""
    started = []
    of_its_own = {"DATABASE_URL": database_url(), "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
    of_its_own |= {"DJANGO_SETTINGS_MODULE": "helpdesk.settings", "VAR_DIR": str(tmp_path)}

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            cwd=settings.BASE_DIR,
            env=os.environ | of_its_own,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "begun\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def status(version):
    return Version.objects.get(pk=version.pk).status


def job():
    return ProcrastinateJob.objects.get(task_name=tasks.ingest.name)


def test_a_queued_document_is_read_and_found(everyone, run_jobs):
    version = queued(everyone)
    run_jobs()
    assert status(version) == Version.Status.READY
    assert Passage.objects.live().get().text == TEXT.decode()
    assert job().status == "succeeded"


def test_a_bad_file_does_not_keep_the_worker_from_the_next(everyone, run_jobs):
    bad = queued(everyone, b"%PDF-1.7 and then nothing", "bad.pdf")
    good = queued(everyone)
    run_jobs()
    assert (status(bad), status(good)) == (Version.Status.FAILED, Version.Status.READY)


def test_versions_of_one_document_are_read_in_order(everyone, run_jobs):
    versions = [queued(everyone, TEXT + b" " * n) for n in range(3)]
    run_jobs()
    run_jobs()
    run_jobs()
    assert [status(version) for version in versions] == ["replaced", "replaced", "ready"]


def test_a_document_that_was_deleted_in_the_queue_is_nobodys_error(everyone, run_jobs):
    queued(everyone).document.delete()
    run_jobs()
    assert job().status == "succeeded"


def test_the_job_of_a_killed_worker_is_taken_over(everyone, run_jobs, start_worker):
    version = queued(everyone)
    worker = start_worker()
    assert status(version) == Version.Status.EXTRACTING
    newer = queued(everyone, TEXT + b" Newer.")
    worker.kill()
    worker.wait()
    run_jobs()
    assert (job_of(version).status, status(newer)) == ("doing", "queued")
    heartbeats_stop()
    for _ in range(3):
        run_jobs()
    assert (status(version), status(newer)) == ("replaced", "ready")
    assert job_of(version).attempts == 2
    assert Passage.objects.live().get().version == newer


def job_of(version):
    return ProcrastinateJob.objects.get(task_name=tasks.ingest.name, args__version_id=version.pk)


def test_the_job_of_a_living_worker_is_left_to_it(everyone, run_jobs, start_worker):
    version = queued(everyone)
    start_worker()
    run_jobs()
    assert (job().status, job().attempts) == ("doing", 0)
    assert status(version) == Version.Status.EXTRACTING


def test_a_job_of_the_dead_that_is_queued_again_already_keeps_nobody(everyone, run_jobs):
    version = queued(everyone)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs"
            " (queue_name, task_name, queueing_lock, lock, args, status)"
            " VALUES ('documents', %s, 'turn', 'turn', '{\"timestamp\": 0}', 'doing')",
            [tasks.turn.name],
        )
    tasks.turn.defer(timestamp=0)
    run_jobs()
    assert status(version) == Version.Status.READY
    assert not ProcrastinateJob.objects.filter(status__in=("todo", "doing")).exists()


def test_what_nobody_foresaw_is_tried_three_times(everyone, run_jobs, monkeypatch):
    version, tries = queued(everyone), []

    def break_down(*arguments):
        tries.append(job().attempts)
        raise ZeroDivisionError

    monkeypatch.setattr(indexing, "extract", break_down)
    for _ in range(5):
        run_jobs()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    assert tries == [0, 1, 2]
    assert status(version) == Version.Status.FAILED
    assert job().status == "failed"
    version.refresh_from_db()
    monkeypatch.undo()
    version.retry()
    assert ProcrastinateJob.objects.filter(status="todo", task_name=tasks.ingest.name).count() == 1


def test_what_may_pass_is_tried_again_and_then_fails_with_its_own_sentence(everyone, monkeypatch):
    def fail(*arguments):
        raise KnowledgeError("The file's reader did not start.", again=True)

    version = queued(everyone)
    monkeypatch.setattr(indexing, "extract", fail)
    with pytest.raises(KnowledgeError):
        indexing.index_by_id(version.pk, tries_left=1)
    assert status(version) != Version.Status.FAILED
    indexing.index_by_id(version.pk, tries_left=0)
    version.refresh_from_db()
    assert (version.status, version.error) == ("failed", "The file's reader did not start.")


def test_every_minute_the_day_is_looked_at_and_what_fell_out_of_the_queue(
    everyone, run_jobs, monkeypatch
):
    travel(monkeypatch, 0)
    version = published(everyone, name="planned.txt", effective_from=day(1))
    lost = make(everyone, "lost.txt")
    travel(monkeypatch, 1)
    with suppress(AlreadyEnqueued):
        tasks.turn.defer(timestamp=0)
    run_jobs()
    assert (status(version), status(lost)) == (Version.Status.READY, Version.Status.FAILED)


def test_reminders_and_the_cleaning_of_files_are_jobs_too(
    everyone, run_jobs, monkeypatch, make_user, mailoutbox
):
    travel(monkeypatch, 0)
    owner = make_user("owner", email="owner@example.com")
    published(everyone).document.entrust(owner, day(0), None)
    orphan = Path(
        default_storage.path(default_storage.save("versions/ab/orphan", ContentFile(b"x")))
    )
    os.utime(orphan, (0, 0))
    for task in (tasks.remind, tasks.clean):
        with suppress(AlreadyEnqueued):
            task.defer(timestamp=0)
    run_jobs()
    assert [mail.to for mail in mailoutbox] == [["owner@example.com"]]
    assert not orphan.exists()
