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


def test_a_cursor_within_another_is_one_of_its_own(db):
    for _ in range(2):
        with prepared.cursor() as outer:
            outer.execute("SELECT generate_series(1, 3)")
            assert outer.fetchone() == (1,)
            with prepared.cursor() as inner:
                inner.execute(STATEMENT, [41])
                assert inner.fetchone() == (42,)
            assert outer.fetchall() == [(2,), (3,)]


def test_a_connection_goes_on_after_an_error(transactional_db):
    for number in (1, 2):
        with pytest.raises(DatabaseError), prepared.cursor() as cursor:
            cursor.execute("SELECT 1 / ($1::int - $1::int)", [number])
        with prepared.cursor() as cursor:
            cursor.execute(STATEMENT, [number])
            assert cursor.fetchone() == (number + 1,)


def test_errors_are_djangos_own(transactional_db):
    with pytest.raises(DatabaseError), prepared.cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_table")
