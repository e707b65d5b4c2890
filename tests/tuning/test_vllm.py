import pytest

from tests.doubles.vllm_server import BASE, VllmServer
from tuning import vllm
from tuning.errors import TuningError


@pytest.fixture
def server(settings):
    double = VllmServer()
    settings.SERVING_URL = double.url
    yield double
    double.close()


@pytest.fixture
def adapter(tmp_path):
    (tmp_path / "adapter_config.json").write_text("{}")
    return tmp_path


def test_an_adapter_is_loaded_under_its_name_and_unloaded(server, adapter):
    vllm.load("run-1-abc", adapter)
    assert vllm.loaded() == {BASE, "run-1-abc"}

    vllm.unload("run-1-abc")
    assert vllm.loaded() == {BASE}
    assert server.calls == [
        ("/v1/load_lora_adapter", {"lora_name": "run-1-abc", "lora_path": str(adapter)}),
        ("/v1/unload_lora_adapter", {"lora_name": "run-1-abc"}),
    ]


def test_loading_twice_and_unloading_what_is_gone_asks_for_nothing(server, adapter):
    vllm.load("run-1-abc", adapter)
    vllm.load("run-1-abc", adapter)
    vllm.unload("run-2-def")

    assert len(server.calls) == 1


def test_a_folder_without_an_adapter_is_told(server, tmp_path):
    with pytest.raises(TuningError, match="No adapter found"):
        vllm.load("run-1-abc", tmp_path / "missing")


def test_a_server_that_may_load_none_says_how_it_is_started(server, adapter):
    server.updating = False

    with pytest.raises(TuningError, match="--enable-lora"):
        vllm.load("run-1-abc", adapter)


def test_one_that_is_not_there_is_told(server, adapter, settings):
    server.close()
    server.close = lambda: None

    with pytest.raises(TuningError, match="SERVING_URL"):
        vllm.load("run-1-abc", adapter)
