"""What is looked at before a question is taken."""

import pytest
from django.db import connection

from helpdesk import asking

pytestmark = pytest.mark.django_db


def test_a_plan_made_once_looks_at_answers_in_the_making_alone():
    _compiler, text, marked = asking.STATE.compiled
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"PREPARE state AS {text}")
        cursor.execute(f"EXPLAIN EXECUTE state ({', '.join('1' for _ in marked)})")
        plan = "\n".join(row for (row,) in cursor.fetchall())
        cursor.execute("DEALLOCATE state")
    assert "answers_in_the_making" in plan
