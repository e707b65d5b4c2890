"""The processes that the tuning worker starts: what they are told of its surroundings."""

import json
import sys

import pytest

from tuning import local, serving
from tuning.evaluating import measuring
from tuning.models import Run

SECRETS = {
    "SECRET_KEY": "k",
    "LLM_API_KEY": "k",
    "DATABASE_URL": "postgres://desk:k@127.0.0.1/desk",
}


@pytest.fixture
def told(tmp_path, monkeypatch):
    """A file of the environment that the next Python is started in."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    python, file = tmp_path / "python", tmp_path / "told"
    python.write_text(f"#!/bin/sh\nenv > {file}\necho '{{}}'\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    return file


def names(file) -> set[str]:
    return {line.partition("=")[0] for line in file.read_text().splitlines()}


def test_what_merges_an_adapter_is_told_no_secrets(told, tmp_path):
    serving.run_merge(Run(pk=1, base_model="base"), tmp_path)
    assert "PATH" in names(told)
    assert not SECRETS.keys() & names(told)


def test_what_measures_the_loss_is_told_no_secrets(told):
    assert measuring.losses(Run(pk=1)) == {}
    assert "PATH" in names(told)
    assert not SECRETS.keys() & names(told)


def test_what_trains_is_told_no_secrets(told, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"base_model": "a model of the hub"}))
    child = local.start(tmp_path)
    child.communicate()
    assert "PATH" in names(told)
    assert not SECRETS.keys() & names(told)
