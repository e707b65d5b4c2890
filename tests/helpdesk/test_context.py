"""What the header shows: the places that a person may go to, and the one that is open."""

import re

import pytest
from django.contrib.auth.models import Permission

CURRENT = re.compile(r'<a href="([^"]+)" aria-current="page">')


def header(client, path="/") -> str:
    return client.get(path).content.decode().partition("</header>")[0]


def test_the_place_that_is_open_is_marked(client, administrator):
    client.force_login(administrator)
    assert set(CURRENT.findall(header(client, "/documents/"))) == {"/documents/"}
    assert set(CURRENT.findall(header(client, "/questions/curated/"))) == {"/questions/"}
    assert set(CURRENT.findall(header(client, "/feedback/"))) == {"/feedback/"}


def test_a_document_s_questions_are_among_the_documents(client, administrator, ingest, everyone):
    version = ingest(everyone, "rule.md", "# Rule\n\nAsk first.\n")
    client.force_login(administrator)
    page = header(client, f"/documents/{version.document_id}/questions/")
    assert set(CURRENT.findall(page)) == {"/documents/"}


def test_an_employee_has_the_chat_alone(client, employee):
    client.force_login(employee)
    page = header(client)
    assert 'class="places"' not in page
    assert page.count("<nav") == 1


@pytest.mark.parametrize(
    ("permission", "address"),
    [
        ("view_gap", "/questions/"),
        ("view_curatedanswer", "/questions/curated/"),
        ("view_dashboard", "/dashboard/"),
        ("view_feedback", "/feedback/"),
        ("answer_handoffs", "/handoffs/"),
    ],
)
def test_whoever_may_open_one_place_finds_it_in_the_header(client, employee, permission, address):
    employee.user_permissions.add(Permission.objects.get(codename=permission))
    client.force_login(employee)
    page = header(client)
    assert 'class="places"' in page
    assert page.count(f'href="{address}"') == 2
