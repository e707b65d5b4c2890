"""What stops a start says so in one line."""

import pytest
from django.db import ProgrammingError

from helpdesk import preparing
from helpdesk.errors import HelpdeskError

pytestmark = pytest.mark.django_db


def test_a_database_that_refuses_the_migrations_is_told_in_one_line(monkeypatch):
    def refuse(*arguments, **options):
        raise ProgrammingError('extension "vector" is not available\nDETAIL: …')

    monkeypatch.setattr(preparing.MigrationExecutor, "migration_plan", lambda *_: ["one"])
    monkeypatch.setattr(preparing, "call_command", refuse)
    with pytest.raises(HelpdeskError) as raised:
        preparing.migrate(lambda line: None)
    assert str(raised.value) == (
        'The database can\'t be prepared: extension "vector" is not available'
    )
