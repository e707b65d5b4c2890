import pytest
from django.db import connection

from knowledge import indexes
from knowledge.benchmarks import database
from knowledge.errors import KnowledgeError
from knowledge.models import Index

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def without_tables(monkeypatch):
    monkeypatch.setattr(database, "call_command", lambda *arguments, **options: None)


def current():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        return cursor.fetchone()[0]


def exists():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)", [database.NAME]
        )
        return cursor.fetchone()[0]


def test_a_benchmark_has_a_database_of_its_own_and_leaves_nothing():
    own = current()
    with database.scratch():
        assert current() == database.NAME
        assert not connection.introspection.table_names()
    assert current() == own
    assert not exists()


def test_it_leaves_nothing_either_when_it_fails():
    own = current()
    with pytest.raises(ZeroDivisionError), database.scratch():
        raise ZeroDivisionError
    assert current() == own
    assert not exists()


def test_what_a_killed_benchmark_left_goes_first():
    database.make()
    with database.scratch():
        assert current() == database.NAME


def test_two_at_a_time_are_refused():
    with database.scratch():
        own, other = current(), connection.copy()
        other.ensure_connection()
        connection.settings_dict["NAME"] = "postgres"
        connection.close()
        try:
            with pytest.raises(KnowledgeError, match="needs a database of its own"):
                database.make()
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own
            other.close()


def test_the_index_of_the_other_database_is_forgotten():
    Index.objects.active()
    indexes.look()
    with database.scratch():
        assert indexes._kept is None


def test_one_that_is_kept_is_used_again_once_it_is_filled():
    name = f"{database.NAME}_kept"
    try:
        with database.scratch("kept"), connection.cursor() as cursor:
            cursor.execute("CREATE TABLE begun (n int)")
        # It broke off before it was filled: it is made anew.
        with database.scratch("kept"), connection.cursor() as cursor:
            assert not connection.introspection.table_names()
            cursor.execute("CREATE TABLE whole (n int)")
            database.filled("two rows")
        with database.scratch("kept"):
            assert current() == name
            assert database.noted() == "two rows"
            assert connection.introspection.table_names() == ["whole"]
    finally:
        database.drop(name)
