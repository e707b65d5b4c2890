"""The doubles as fixtures; tests/conftest.py names this module in `pytest_plugins`."""

import pytest

from tests.doubles.model_server import ModelServer
from tests.doubles.tuning_service import TuningService


@pytest.fixture
def model_server():
    """A language model's endpoint that says what the test tells it to."""
    server = ModelServer()
    yield server
    server.close()


@pytest.fixture
def tuning_service():
    """A service that fine-tunes, as far as the test moves its job on."""
    service = TuningService()
    yield service
    service.close()
