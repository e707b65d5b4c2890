"""The two sides of the benchmark of training, on a model that is trained in seconds."""

import json
import warnings

import pytest

from tests.tuning.folders import make_folder


@pytest.fixture
def folder(tiny_model, tmp_path):
    return make_folder(tmp_path / "run", tiny_model, train=8, validation=2, epochs=1)


@pytest.mark.parametrize("side", ["ours", "defaults"])
def test_a_side_tells_its_time_and_its_loss(folder, side):
    from tuning.benchmarks import race

    options = json.loads((folder / "config.json").read_text())["options"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        told = getattr(race, side)(folder, options)
    assert told["pairs"] == 8
    assert told["tokens"] > 8 * 20
    assert 0 < told["loss"] < 10
    assert told["seconds"] > 0
