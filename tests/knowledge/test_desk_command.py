"""Commands that need the desk's tables, on a database that has none."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from knowledge.benchmarks import database

NAME = "helpdesk_bare"


@pytest.fixture
def bare_database(transactional_db):
    own = connection.settings_dict["NAME"]
    database.make(NAME)
    database.use(NAME)
    yield
    database.use(own)
    database.drop(NAME, " WITH (FORCE)")


def test_they_say_in_one_sentence_what_to_do_first(bare_database, tmp_path):
    (tmp_path / "leave.txt").write_text("Everybody has 25 days a year.")
    folder = str(tmp_path)
    for words in (
        ["benchmark", "ingest", folder],
        ["ingest", folder, "--collection", "everyone"],
        ["sync", folder, "--collection", "everyone"],
        ["search", "How much leave is there?"],
        ["reindex", "--list"],
        ["load_demo"],
    ):
        with pytest.raises(CommandError, match=r"Run `manage.py prepare` first\.$"):
            call_command(*words)
