"""What the tests of the documents' pages share: a folder of their own, and people signed in."""

import pytest


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
