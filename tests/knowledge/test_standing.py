from datetime import date

import pytest

from knowledge import listing, standing
from knowledge.models import Document, Version
from knowledge.queueing import Queue
from tests.knowledge.papers import LEAVE, NOTICE, pdf, published_pdf, uploaded

pytestmark = pytest.mark.usefixtures("var")


def told(version, queue=None):
    document = Document.objects.select_related("current").get(pk=version.document_id)
    return standing.told(document, version, queue or Queue())


def test_a_waiting_version_has_its_place(everyone):
    version = uploaded(everyone, "a.txt", b"Hello")
    assert told(version, Queue(places={version.pk: 3})).said == "3rd in the queue"


def test_without_a_worker_the_work_waits_and_says_so(everyone):
    version = uploaded(everyone, "a.txt", b"Hello")
    found = told(version, Queue(alive=False, places={version.pk: 1}))
    assert "No worker is running" in found.trouble
    assert found.said == ""


def test_a_stopped_worker_is_told(everyone):
    version = uploaded(everyone, "a.txt", b"Hello")
    found = told(version, Queue(stalled=frozenset({version.pk})))
    assert found.trouble == "Its worker stopped; another takes over within a minute."


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("scheduled", "Answers from 1 January 2027"),
        ("ready", "Answers until 31 March 2027"),
        ("expired", "Answered until 31 March 2027, and no more"),
        ("withdrawn", "Answers no more, until it is restored"),
        ("failed", ""),
    ],
)
def test_dates_and_ends_are_said_in_words(everyone, status, said):
    version = uploaded(everyone, "a.txt", b"Hello")
    version.status = status
    version.effective_from, version.expires_on = date(2027, 1, 1), date(2027, 3, 31)
    assert told(version).said == said


def test_the_older_version_that_answers_meanwhile_is_known(everyone):
    old = published_pdf(everyone, [LEAVE])
    new = uploaded(everyone, "leave.pdf", pdf([NOTICE]))
    assert told(new).older == old
    assert told(old).older is None


def test_few_warnings_are_shown_and_the_rest_counted(everyone):
    version = uploaded(everyone, "a.txt", b"Hello")
    version.warning = "Page 1: blurred.\nPage 2: blurred.\nPage 3: cut off."
    found = told(version)
    assert found.first_warnings == ["Page 1: blurred.", "Page 2: blurred."]
    assert found.more_warnings == ["Page 3: cut off."]


def test_what_looks_different_has_another_fingerprint(everyone):
    version = uploaded(everyone, "a.txt", b"Hello")
    before = listing.fingerprint(told(version, Queue()))
    assert before == listing.fingerprint(told(version, Queue()))
    version.progress = 40
    assert before != listing.fingerprint(told(version, Queue()))


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (8, "8 s"), (185, "3 min 5 s"), (7260, "2 h 1 min")]
)
def test_a_duration_is_said_in_words(seconds, words):
    assert standing.duration(seconds) == words


def test_a_document_without_a_file_stands_too(administrator, everyone):
    Document.objects.create(collection=everyone, name="none.txt")
    (row,) = listing.rows(listing.documents(administrator))
    assert row.version is None
    assert not Version.objects.exists()
