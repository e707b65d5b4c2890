import pytest

from knowledge.keys import key


def test_a_number_names_a_key():
    assert key("12") == 12


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "9" * 19, "9" * 5000])
def test_anything_else_names_none(text):
    assert key(text) is None
