"""The doubles as fixtures; tests/conftest.py names this module in `pytest_plugins`."""

import pytest

from tests.doubles.model_server import ModelServer


@pytest.fixture
def model_server():
    """A language model's endpoint that says what the test tells it to."""
    server = ModelServer()
    yield server
    server.close()
