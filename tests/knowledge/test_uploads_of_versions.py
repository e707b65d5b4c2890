"""Files for a given document, with dates, and what becomes of those that never arrive."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from knowledge.models import Document, Version
from knowledge.uploads import remove_orphans
from tests.knowledge.test_uploads import finish, jobs, put
from tests.knowledge.versions import deeds


def test_a_file_of_another_name_can_be_the_next_version_of_a_document(everyone, managers):
    first = put(everyone, "leave-2025.txt").version
    finish(first)
    found = put(managers, "leave-2026.md", b"27 days.", document=first.document)
    assert (found.outcome, found.version.number) == ("new version", 2)
    assert (found.version.document, found.version.file_name) == (first.document, "leave-2026.md")
    finish(found.version)
    assert put(everyone, "leave-2026.md", b"28 days.").version.document == first.document
    assert put(everyone, "leave-2025.txt", b"29 days.").version.document == first.document
    assert Document.objects.get().name == "leave-2025.txt"


def test_a_document_of_the_very_name_comes_first(everyone):
    finish(put(everyone, "old.txt").version)
    other = put(everyone, "new.txt", b"2").version
    finish(put(everyone, "new.txt", b"3", document=Document.objects.get(name="old.txt")).version)
    assert put(everyone, "new.txt", b"4").version.document == other.document


def test_the_same_bytes_for_another_document_are_taken(everyone):
    first = put(everyone, "a.txt").version
    finish(first)
    other = put(everyone, "b.txt", b"2").version.document
    assert put(everyone, "a.txt", document=other).outcome == "new version"


def test_the_same_bytes_with_other_dates_are_a_version(everyone):
    tomorrow = timezone.localdate() + timedelta(days=1)
    finish(put(everyone).version)
    found = put(everyone, effective_from=tomorrow, expires_on=tomorrow)
    assert (found.outcome, found.version.number) == ("new version", 2)
    assert (found.version.effective_from, found.version.expires_on) == (tomorrow, tomorrow)
    again = put(everyone, effective_from=tomorrow, expires_on=tomorrow)
    assert (again.outcome, again.version) == ("unchanged", found.version)


@pytest.mark.parametrize("status", ["failed", "cancelled", "expired", "withdrawn", "replaced"])
def test_the_bytes_of_a_version_that_no_longer_answers_are_taken_again(everyone, status):
    put(everyone)
    Version.objects.update(status=status)
    assert put(everyone).outcome == "new version"


@pytest.mark.parametrize("status", ["queued", "embedding", "ready", "held", "scheduled"])
def test_the_bytes_of_a_version_that_does_or_will_are_not(everyone, status):
    put(everyone)
    Version.objects.update(status=status)
    assert put(everyone).outcome == "unchanged"


@pytest.mark.parametrize(("first", "last"), [(None, -1), (2, 1), (-5, -1)])
def test_a_version_that_would_never_answer_fails_at_once(everyone, first, last):
    today = timezone.localdate()
    first = None if first is None else today + timedelta(days=first)
    version = put(everyone, effective_from=first, expires_on=today + timedelta(days=last)).version
    version.refresh_from_db()
    assert version.status == "failed"
    assert "It would never answer" in version.error
    assert jobs() == []


def test_an_upload_is_told_to_the_audit_trail(everyone, administrator):
    put(everyone, by=administrator)
    put(everyone, by=administrator)
    put(everyone, data=b"", by=administrator)
    assert deeds() == [
        ("uploaded", "administrator", 1),
        ("uploaded", "administrator", 2),
        ("failed", "", 2),
    ]


def stored(media):
    return [path for path in media.rglob("*") if path.is_file()]


def test_an_upload_that_fails_leaves_no_file(everyone, media, monkeypatch):
    def fail(self):
        raise RuntimeError("The queue is away.")

    monkeypatch.setattr(Version, "enqueue", fail)
    with pytest.raises(RuntimeError):
        put(everyone)
    assert not Document.objects.exists()
    assert stored(media) == []


def test_a_file_that_no_version_has_goes_after_a_day(everyone, media):
    kept = put(everyone).version
    with transaction.atomic():
        put(everyone, "other.txt", b"26 days.")
        transaction.set_rollback(True)
    assert len(stored(media)) == 2
    assert remove_orphans() == 0
    long_ago = time.time() - 100_000
    for path in stored(media):
        os.utime(path, (long_ago, long_ago))
    assert remove_orphans() == 1
    assert [path.name for path in stored(media)] == [Path(kept.file.name).name]


def test_nothing_is_removed_where_nothing_was_ever_stored(everyone):
    assert remove_orphans() == 0
