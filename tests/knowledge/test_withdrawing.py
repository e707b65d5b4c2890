import pytest

from knowledge import publishing
from knowledge.models import Version
from tests.knowledge.versions import (
    current,
    day,
    deeds,
    fresh,
    live,
    make,
    published,
    read,
    statuses,
    travel,
)

pytestmark = pytest.mark.usefixtures("today")


def test_a_withdrawn_document_answers_no_more_and_keeps_its_passages(
    everyone, document, administrator
):
    version = published(everyone)
    planned = published(everyone, effective_from=day(2))
    waiting = make(everyone)
    assert publishing.withdraw(document, administrator)
    assert statuses(document) == ["withdrawn", "withdrawn", "cancelled"]
    assert (live(document), current(document)) == (set(), None)
    assert version.passages.exists()
    assert not publishing.withdraw(document, administrator)
    assert {("withdrawn", "administrator", 1), ("withdrawn", "administrator", 2)} <= set(deeds())
    with pytest.raises(Version.DoesNotExist):
        waiting.report(Version.Status.EXTRACTING, 1)
    assert fresh(planned).status == "withdrawn"


def test_the_day_brings_nothing_back_that_was_withdrawn(
    everyone, document, administrator, monkeypatch
):
    published(everyone)
    published(everyone, effective_from=day(2))
    publishing.withdraw(document, administrator)
    travel(monkeypatch, 3)
    assert publishing.turn() == 0
    assert live(document) == set()


def test_a_restored_document_answers_as_its_dates_say(
    everyone, document, administrator, monkeypatch
):
    published(everyone)
    published(everyone, effective_from=day(2))
    publishing.withdraw(document, administrator)
    assert publishing.restore(document, administrator)
    assert (statuses(document), live(document)) == (["ready", "scheduled"], {1})
    assert not publishing.restore(document, administrator)
    publishing.withdraw(document, administrator)
    travel(monkeypatch, 2)
    publishing.restore(document, administrator)
    assert (statuses(document), live(document)) == (["replaced", "ready"], {2})


def test_a_file_that_comes_after_a_withdrawal_answers(everyone, document, administrator):
    published(everyone)
    failed = make(everyone)
    failed.fail("It broke.")
    published(everyone)
    publishing.withdraw(document, administrator)
    fresh(failed).retry(administrator)
    assert read(failed).status == "replaced"
    assert current(document) is None
    published(everyone)
    assert (statuses(document), live(document)) == (
        ["replaced", "replaced", "withdrawn", "ready"],
        {4},
    )
    publishing.restore(document, administrator)
    assert (statuses(document)[2:], live(document)) == (["replaced", "ready"], {4})
