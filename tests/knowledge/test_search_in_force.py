"""What is not in force today is not found, whether a worker has looked or not."""

import pytest

from knowledge import publishing, search
from tests.knowledge.versions import day, published, travel

TEXT = "Every employee has 25 working days of paid annual leave."


def found(employee):
    return {one.version for one in search.search("How many days of leave?", employee)}


@pytest.mark.parametrize(
    ("first", "last", "today", "there"),
    [
        (None, None, 0, True),
        (None, 2, 2, True),
        (None, 2, 3, False),
        (0, 0, 0, True),
        (-3, 1, 1, True),
        (-3, 1, 2, False),
    ],
)
def test_a_document_is_found_until_its_last_day_without_any_worker(
    everyone, employee, monkeypatch, first, last, today, there
):
    travel(monkeypatch, 0)
    dates = [None if number is None else day(number) for number in (first, last)]
    published(everyone, TEXT, effective_from=dates[0], expires_on=dates[1])
    assert found(employee) == {1}
    travel(monkeypatch, today)
    assert bool(found(employee)) == there


def test_what_only_begins_tomorrow_is_not_found_though_its_passages_were_live(
    everyone, employee, monkeypatch
):
    travel(monkeypatch, 3)
    published(everyone, TEXT, effective_from=day(3))
    assert found(employee) == {1}
    travel(monkeypatch, 2)
    assert found(employee) == set()


def test_the_next_version_is_found_from_its_day_on(everyone, employee, monkeypatch):
    travel(monkeypatch, 0)
    published(everyone, TEXT)
    published(everyone, TEXT + " It was 24.", effective_from=day(1))
    assert found(employee) == {1}
    travel(monkeypatch, 1)
    publishing.turn()
    assert found(employee) == {2}


@pytest.mark.parametrize("deed", [publishing.withdraw, None])
def test_what_is_withdrawn_or_held_is_not_found(everyone, employee, administrator, deed):
    values = {} if deed else {"expected_pages": 10}
    version = published(everyone, TEXT, **values)
    if deed:
        assert found(employee) == {1}
        deed(version.document, administrator)
    assert found(employee) == set()
    (
        publishing.restore(version.document, administrator)
        if deed
        else publishing.approve(version, administrator)
    )
    assert found(employee) == {1}
