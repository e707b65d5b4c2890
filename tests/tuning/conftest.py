"""What the tests of tuning share: a model to be trained in seconds."""

import pytest

from tests.tuning.tiny import make_model


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """The folder of a language model of 30,000 parameters that knows nothing yet."""
    return make_model(tmp_path_factory.mktemp("tiny"))
