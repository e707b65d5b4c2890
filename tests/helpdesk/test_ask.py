import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from helpdesk import prompts
from helpdesk.models import Engine
from tests.helpdesk.answers import FACT, QUESTION, publish

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ask(capsys):
    def ask(*arguments, **options):
        call_command("ask", QUESTION, *arguments, **options)
        return capsys.readouterr().out

    return ask


def test_the_answer_is_followed_by_its_numbered_sources(everyone, employee, ask):
    publish(everyone, "leave.pdf", FACT)
    out = ask("--user", "employee")

    assert f"{FACT} [1]\n" in out
    assert f"\n[1] leave, page 1: “{FACT}”\n" in out


def test_json_has_the_keys_that_other_programs_read(everyone, employee, ask):
    publish(everyone, "leave.pdf", FACT)
    answer = json.loads(ask("--user", "employee", "--json"))

    assert {"answer", "abstained", "citations", "engine", "timings_ms"} <= set(answer)
    assert (answer["unsupported"], answer["conflict"]) == ([], [])
    assert answer["citations"] == [{"doc": "leave.pdf", "page": 1, "quote": FACT, "verified": True}]
    assert (answer["abstained"], answer["engine"]) == (False, "quotes")


def test_without_a_user_the_first_superuser_asks(managers, administrator, employee, ask):
    publish(managers, "pay.pdf", FACT)

    assert not json.loads(ask("--json"))["abstained"]
    assert json.loads(ask("--json", "--user", "employee"))["abstained"]


def test_nothing_found_is_an_answer_too(employee, ask):
    assert ask("--user", "employee").strip() == prompts.NOT_FOUND


def test_an_unknown_user_is_named(db, ask):
    with pytest.raises(CommandError, match="nobody"):
        ask("--user", "nobody")


def test_without_users_it_says_what_to_do(db, ask):
    with pytest.raises(CommandError, match="--user"):
        ask()


def test_an_empty_question_is_no_question(employee):
    with pytest.raises(CommandError, match="question"):
        call_command("ask", " ", "--user", "employee")


def test_a_database_that_is_away_is_an_error(employee, ask, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr("knowledge.search.run", away)
    with pytest.raises(CommandError, match="can't be reached"):
        ask("--user", "employee")


def test_marks_that_were_counted_anew_are_shown_with_their_sources(
    everyone, employee, ask, model_server
):
    publish(everyone, "leave.pdf", FACT)
    Engine(
        name="Test", kind=Engine.Kind.OPENAI, base_url=model_server.base_url, model="m"
    ).activate()
    model_server.says("See [9]. You get 25 days of paid annual leave [1].")
    out = ask("--user", "employee")

    assert "With its sources checked:\nSee. You get 25 days of paid annual leave [1].\n" in out
