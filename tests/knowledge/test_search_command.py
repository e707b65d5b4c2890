import json

import pytest
from django.core.management import CommandError, call_command

from tests.helpdesk.answers import FACT, QUESTION, publish

pytestmark = pytest.mark.django_db


def searched(capsys, *options) -> str:
    call_command("search", QUESTION, *options)
    return capsys.readouterr().out


def test_it_prints_document_page_and_score(everyone, employee, capsys):
    publish(everyone, "leave.pdf", FACT)
    out = searched(capsys, "--user", "employee")
    assert out.startswith("1. leave.pdf, page 1  ")
    assert "25 days" in out


def test_json_has_an_object_a_passage(everyone, employee, capsys):
    publish(everyone, "leave.pdf", FACT)
    found = json.loads(searched(capsys, "--user", "employee", "--json"))
    assert (found["document"], found["page"]) == ("leave.pdf", 1)
    assert found["score"] > 0


def test_it_finds_only_what_the_person_may_see(managers, employee, manager, capsys):
    publish(managers, "pay.pdf", FACT)
    assert searched(capsys, "--user", "employee").strip() == "Nothing found."
    assert "pay.pdf" in searched(capsys, "--user", "manager")


@pytest.mark.parametrize(
    "options", [("--user", "nobody"), (), ("--user", "employee", "--limit", "0")]
)
def test_it_says_what_is_wrong(employee, options):
    with pytest.raises(CommandError):
        call_command("search", QUESTION, *options)
