import pytest
from django.contrib.auth.models import Permission

from knowledge.trying import search_as
from tests.knowledge.versions import published

QUESTION = "How many days of leave?"


@pytest.fixture
def keeper(make_user, db):
    user = make_user("keeper")
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["add_version", "search_as_others"])
    )
    return user


def test_search_runs_with_the_rights_of_the_other_person(administrator, employee, managers):
    version = published(managers, "Leave of managers: 30 days.")
    assert search_as(employee, QUESTION, administrator, version.document).hits == []


def test_passages_of_the_document_are_known(administrator, manager, everyone, managers):
    own = published(managers, "Leave of managers: 30 days.")
    published(everyone, "Leave of everyone: 25 days.", name="other.txt")
    trial = search_as(manager, QUESTION, administrator, own.document)
    assert {hit.found.version_id: hit.own for hit in trial.hits}[own.pk]
    assert (len(trial.hits), trial.own, trial.hidden) == (2, 1, 0)
    assert [hit.rank for hit in trial.hits] == [1, 2]


def test_what_the_keeper_may_not_read_is_counted_alone(keeper, manager, everyone, managers):
    published(managers, "Leave of managers: 30 days.")
    own = published(everyone, "Leave of everyone: 25 days.", name="other.txt")
    trial = search_as(manager, QUESTION, keeper, own.document)
    assert [hit.found.version_id for hit in trial.hits] == [own.pk]
    assert trial.hidden == 1
