import pytest
from django.utils import timezone

from knowledge import publishing
from knowledge.errors import KnowledgeError
from knowledge.models import Document, Embedding, Version
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


def test_a_version_for_a_later_day_waits_and_the_old_one_goes_on(everyone, document, monkeypatch):
    published(everyone)
    published(everyone, effective_from=day(3))
    assert (statuses(document), live(document), current(document)) == (
        ["ready", "scheduled"],
        {1},
        1,
    )
    travel(monkeypatch, 2)
    assert publishing.turn() == 0
    travel(monkeypatch, 3)
    assert publishing.turn() == 1
    assert (statuses(document), live(document), current(document)) == (
        ["replaced", "ready"],
        {2},
        2,
    )
    assert Document.objects.get().title == "Leave 2"
    assert publishing.turn() == 0


def test_a_version_answers_on_its_last_day_and_not_on_the_next(everyone, document, monkeypatch):
    published(everyone, expires_on=day(5))
    travel(monkeypatch, 5)
    assert publishing.turn() == 0
    travel(monkeypatch, 6)
    assert publishing.turn() == 1
    assert (statuses(document), live(document), current(document)) == (["expired"], set(), None)


def test_what_was_replaced_does_not_come_back_when_its_successor_ends(
    everyone, document, monkeypatch
):
    published(everyone)
    published(everyone, expires_on=day(1))
    travel(monkeypatch, 2)
    publishing.turn()
    assert (statuses(document), current(document)) == (["replaced", "expired"], None)


def test_a_correction_of_today_does_not_undo_what_is_planned(everyone, document, monkeypatch):
    published(everyone)
    published(everyone, effective_from=day(10))
    published(everyone)
    assert statuses(document) == ["replaced", "scheduled", "ready"]
    travel(monkeypatch, 10)
    publishing.turn()
    assert statuses(document) == ["replaced", "ready", "replaced"]
    assert live(document) == {2}


def test_a_version_from_before_its_upload_replaces_what_answers(everyone, document):
    published(everyone, uploaded=-9)
    published(everyone, effective_from=day(-20))
    assert statuses(document) == ["replaced", "ready"]


def test_an_older_version_that_is_read_late_replaces_nothing(everyone, document):
    first, second = make(everyone, uploaded=-9), make(everyone)
    read(second)
    read(first)
    assert statuses(document) == ["replaced", "ready"]
    assert live(document) == {2}


@pytest.mark.parametrize(
    ("readable", "expected", "status"),
    [(0, 0, "ready"), (38, 40, "ready"), (8, 10, "ready"), (7, 10, "held"), (0, 1, "held")],
)
def test_a_version_that_lacks_pages_is_held(everyone, document, readable, expected, status):
    version = published(everyone, readable_pages=readable, expected_pages=expected)
    assert version.status == status
    assert bool(live(document)) == (status == "ready")
    assert version.passages.exists()


@pytest.mark.parametrize(
    ("readable", "expected", "told"),
    [(0, 0, ""), (38, 40, "38 of 40 pages have text"), (0, 1, "0 of 1 page has text")],
)
def test_coverage_is_told_in_words(readable, expected, told):
    assert Version(readable_pages=readable, expected_pages=expected).coverage == told


def test_an_approved_version_answers_and_says_who_let_it(everyone, document, administrator):
    published(everyone)
    held = published(everyone, expected_pages=10)
    assert (statuses(document), live(document)) == (["ready", "held"], {1})
    assert publishing.approve(held, administrator)
    assert (statuses(document), live(document), current(document)) == (
        ["replaced", "ready"],
        {2},
        2,
    )
    assert not publishing.approve(held, administrator)
    assert deeds()[-4:] == [
        ("held", "", 2),
        ("approved", "administrator", 2),
        ("replaced", "administrator", 1),
        ("published", "administrator", 2),
    ]


def test_an_approved_version_whose_day_is_to_come_waits_for_it(everyone, document, administrator):
    held = published(everyone, expected_pages=10, effective_from=day(1))
    publishing.approve(held, administrator)
    assert statuses(document) == ["scheduled"]


def test_a_held_version_that_is_refused_leaves_what_answers(everyone, document, administrator):
    published(everyone)
    held = published(everyone, expected_pages=10)
    assert publishing.discard(held, administrator)
    assert not publishing.discard(held, administrator)
    assert not publishing.approve(held, administrator)
    assert (statuses(document), live(document)) == (["ready", "cancelled"], {1})
    assert deeds()[-1] == ("cancelled", "administrator", 2)


def test_a_version_that_was_not_read_is_put_aside(everyone, document, administrator):
    published(everyone)
    failed = make(everyone, uploaded=1, status="failed", error="The file is empty.")
    assert publishing.discard(failed, administrator)
    assert (statuses(document), live(document)) == (["ready", "cancelled"], {1})


def test_a_refused_version_that_is_read_again_is_held_again(everyone, document, administrator):
    held = published(everyone, expected_pages=10)
    publishing.approve(held, administrator)
    Version.objects.update(status="failed")
    assert fresh(held).retry(administrator)
    assert read(held).status == "held"


def test_a_planned_version_can_be_given_up(everyone, document, administrator, monkeypatch):
    published(everyone)
    planned = published(everyone, effective_from=day(1))
    publishing.discard(planned, administrator)
    travel(monkeypatch, 2)
    assert publishing.turn() == 0
    assert statuses(document) == ["ready", "cancelled"]


@pytest.mark.parametrize(
    ("before", "after", "ends"),
    [
        ((None, None), (None, -1), ["expired"]),
        ((None, None), (2, None), ["scheduled"]),
        ((None, -1), (None, 5), ["ready"]),
        ((None, -1), (None, None), ["ready"]),
        ((4, None), (0, None), ["ready"]),
        ((4, None), (None, None), ["ready"]),
        ((4, 9), (-3, -1), ["expired"]),
        ((None, None), (0, 0), ["ready"]),
    ],
)
def test_other_dates_take_effect_at_once(everyone, document, administrator, before, after, ends):
    def dates(pair):
        return [None if number is None else day(number) for number in pair]

    first, last = dates(before)
    version = published(everyone, effective_from=first, expires_on=last)
    publishing.reschedule(version, *dates(after), administrator)
    assert statuses(document) == ends
    assert live(document) == ({1} if ends == ["ready"] else set())
    assert current(document) == (1 if ends == ["ready"] else None)
    assert ("changed", "administrator", 1) in deeds()


def test_a_version_that_is_put_off_lets_the_old_one_answer_until_then(
    everyone, document, administrator, monkeypatch
):
    published(everyone)
    second = published(everyone)
    publishing.reschedule(second, day(7), None, administrator)
    assert (statuses(document), live(document)) == (["ready", "scheduled"], {1})
    assert Document.objects.get().title == "Leave 1"
    travel(monkeypatch, 7)
    publishing.turn()
    assert (statuses(document), live(document)) == (["replaced", "ready"], {2})


def test_an_expired_version_that_is_prolonged_yields_to_a_newer_one(
    everyone, document, administrator
):
    first = published(everyone, expires_on=day(-1))
    published(everyone)
    publishing.reschedule(first, None, day(9), administrator)
    assert (statuses(document), live(document)) == (["replaced", "ready"], {2})


def test_dates_of_a_version_on_its_way_count_when_it_is_read(everyone, document, administrator):
    version = make(everyone)
    publishing.reschedule(fresh(version), day(1), None, administrator)
    assert statuses(document) == ["queued"]
    assert read(version).status == "scheduled"


def test_a_last_day_before_the_first_is_refused(everyone, administrator):
    version = published(everyone)
    with pytest.raises(KnowledgeError, match="lies before the first"):
        publishing.reschedule(version, day(2), day(1), administrator)
    assert fresh(version).effective_from is None


def test_what_the_active_index_lacks_is_read_again_before_it_answers(
    everyone, document, administrator
):
    first = published(everyone)
    second = published(everyone)
    Embedding.objects.filter(passage__version=first).delete()
    publishing.reschedule(second, day(1), None, administrator)
    assert statuses(document) == ["queued", "scheduled"]
    assert read(first).status == "ready"
    assert live(document) == {1}


def test_verbs_on_a_document_that_is_gone_do_nothing(everyone, document, administrator):
    version = published(everyone)
    held = Version(pk=version.pk, document_id=document.pk)
    Document.objects.get().delete()
    assert not publishing.withdraw(document, administrator)
    assert not publishing.restore(document, administrator)
    for verb in (publishing.approve, publishing.discard):
        with pytest.raises(Version.DoesNotExist):
            verb(held, administrator)


@pytest.mark.parametrize(
    ("zone", "status"), [("Pacific/Kiritimati", "ready"), ("UTC", "scheduled")]
)
def test_days_are_those_of_the_desks_own_zone(settings, everyone, document, zone, status):
    settings.TIME_ZONE = zone
    with timezone.override(zone):
        assert published(everyone, effective_from=day(1)).status == status
