"""Empties the database after a test of whole transactions, far faster than Django's flush.

Django truncates every table, which makes each of its files and those of its indexes anew, and then
writes the content types and the permissions once more. Here the rows go, those of the queue among
them, and those two tables stay.
"""

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

KEPT = {"django_migrations", "django_content_type", "auth_permission"}


@pytest.fixture(scope="session", autouse=True)
def empty_quickly():
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty())
        yield


def empty():
    """Waits for whoever still writes, as a truncation does, and deletes every row."""
    tables = sorted({*connection.introspection.table_names()} - KEPT)
    names = [connection.ops.quote_name(table) for table in tables]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(names)} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for name in names:
            cursor.execute(f"DELETE FROM {name}")
