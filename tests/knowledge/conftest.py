"""What the tests of the documents' pages share: a folder of their own, and people signed in."""

import pytest

from knowledge.models import Document
from tests.knowledge.versions import travel


@pytest.fixture
def var(settings, tmp_path):
    """Pictures of pages go to a folder of the test's own."""
    settings.VAR_DIR = tmp_path


@pytest.fixture
def as_administrator(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def as_employee(client, employee):
    client.force_login(employee)
    return client


@pytest.fixture
def today(monkeypatch):
    """The desk's day is one that the tests can travel from."""
    travel(monkeypatch, 0)


@pytest.fixture
def document(everyone):
    return Document.objects.create(collection=everyone, name="leave.txt")
