import pytest
from django.db import DatabaseError, connection

from knowledge import prepared

STATEMENT = "SELECT $1::int + 1"


def planned():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%+ 1'")
        return cursor.fetchone()[0]


def test_a_statement_is_planned_once_for_all_its_values(db, django_assert_num_queries):
    before = planned()
    for number in (1, 2, 3):
        with django_assert_num_queries(1), prepared.cursor() as cursor:
            cursor.execute(STATEMENT, [number])
            assert cursor.fetchall() == [(number + 1,)]
    assert planned() == max(before, 1)


def test_errors_are_djangos_own(transactional_db):
    with pytest.raises(DatabaseError), prepared.cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_table")
