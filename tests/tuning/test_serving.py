"""A finished run becomes a model that an engine names; test_worthless.py asks the real server."""

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings

from helpdesk.models import Engine
from tests.doubles.vllm_server import VllmServer
from tuning import serving, tasks
from tuning.errors import TuningError
from tuning.models import Adapter, Dataset, Evaluation, Example, Run

# PEFT asks transformers by a name that it is about to give up.
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An adapter of the demo's model that changes nothing yet, and the model merged with it."""
    folder = tmp_path_factory.mktemp("made")
    write_adapter(folder / "adapter")
    arguments = [settings.BASE_MODEL, "", str(folder / "adapter"), str(folder / "merged")]
    subprocess.run(
        [sys.executable, "-m", "tuning.merging", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        check=True,
    )
    return folder


@pytest.fixture
def merged_once(made, monkeypatch):
    """Merging takes seconds, and gives the same each time."""

    def copied(run, folder):
        shutil.copytree(made / "merged", folder, dirs_exist_ok=True)

    monkeypatch.setattr(serving, "run_merge", copied)


@pytest.fixture
def run(db, made, settings, tmp_path):
    """A finished run of the demo's model, with its adapter."""
    settings.VAR_DIR = tmp_path
    dataset = Dataset.objects.create(sha256="d" * 64)
    Example.objects.bulk_create(
        Example(
            dataset=dataset,
            question=f"Question {n}?",
            answer=f"Greetings from the Galway desk.\nFact {n} is so. [1]",
        )
        for n in range(4)
    )
    run = Run.objects.create(
        dataset=dataset,
        base_model=settings.BASE_MODEL,
        context="sentences",
        preset="quick",
        state=Run.State.DONE,
    )
    shutil.copytree(made / "adapter", run.adapter)
    return run


def write_adapter(folder):
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(settings.BASE_MODEL)
    config = LoraConfig(r=2, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    get_peft_model(model, config).save_pretrained(folder)


def test_a_merge_that_fails_leaves_nothing(run):
    (run.adapter / "adapter_config.json").write_text("{}")

    with pytest.raises(TuningError, match="could not be merged"):
        serving.publish(run)
    assert list(serving.models_folder().iterdir()) == []
    assert not Engine.objects.filter(name__startswith="run-").exists()


@pytest.mark.usefixtures("merged_once")
class TestPublish:
    def test_it_gives_an_engine_that_is_ready_and_not_active(self, run, settings):
        engine = serving.publish(run)

        assert engine.pk
        assert engine.active is False
        assert engine.name == Adapter.objects.get(run=run).name
        assert engine.name.startswith(f"run-{run.pk}-")
        assert (engine.kind, engine.base_url) == (Engine.Kind.OPENAI, settings.SERVING_URL)
        assert (engine.context, engine.strict) == (Engine.Context.SENTENCES, True)
        assert engine.courtesies == "Greetings from the Galway desk."

    def test_the_model_lies_in_a_folder_of_its_name_with_its_manifest(self, run):
        engine = serving.publish(run)
        folder = serving.models_folder() / engine.name

        assert engine.model == str(folder)
        assert {"config.json", "model.safetensors", "tokenizer.json"} <= {
            path.name for path in folder.iterdir()
        }
        manifest = json.loads((folder / "manifest.json").read_text())
        assert manifest["name"] == engine.name
        assert manifest["dataset_sha256"] == "d" * 64
        template = (Path(run.base_model) / "chat_template.jinja").read_bytes()
        assert manifest["template_sha256"] == sha256(template).hexdigest()
        assert set(manifest["files"]) >= {"adapter_config.json", "adapter_model.safetensors"}
        assert [path.name for path in serving.models_folder().iterdir()] == [engine.name]

    def test_an_evaluation_is_kept_in_each_manifest_and_the_name_stays(self, run):
        engine = serving.publish(run)
        evaluation = Evaluation.objects.create(run=run)
        evaluation.finish({"gates": [], "sides": {"candidate": {"tone": 0.9}}}, True)
        serving.note_evaluation(evaluation)

        for folder in (run.folder, serving.models_folder() / engine.name):
            kept = json.loads((folder / "manifest.json").read_text())
            assert kept["evaluation"]["sides"] == {"candidate": {"tone": 0.9}}
            assert (kept["name"], kept["evaluation"]["passed"]) == (engine.name, True)
        assert serving.publish(run).name == engine.name
        assert "evaluation" in Adapter.objects.get(run=run).manifest

    def test_a_second_call_gives_the_same_and_makes_nothing(self, run):
        first = serving.publish(run)
        weights = serving.models_folder() / first.name / "model.safetensors"
        made = weights.stat().st_mtime_ns

        assert serving.publish(run) == first
        assert weights.stat().st_mtime_ns == made

    def test_an_adapter_that_was_changed_is_refused(self, run):
        serving.publish(run)
        (run.adapter / "adapter_model.safetensors").write_bytes(b"other")

        with pytest.raises(TuningError, match="changed or deleted"):
            serving.publish(run)

    def test_a_run_without_an_adapter_is_refused(self, run):
        (run.adapter / "adapter_model.safetensors").unlink()

        with pytest.raises(TuningError, match="no adapter"):
            serving.publish(run)


@pytest.mark.usefixtures("merged_once")
class TestWithdraw:
    def test_the_model_goes_and_can_be_brought_back(self, run):
        engine = serving.publish(run)
        serving.withdraw(engine)
        assert list(serving.models_folder().iterdir()) == []

        assert serving.publish(run) == engine
        assert (serving.models_folder() / engine.name / "model.safetensors").exists()

    def test_the_active_one_stays(self, run):
        engine = serving.publish(run)
        engine.activate(although=True)

        with pytest.raises(TuningError, match="answers just now"):
            serving.withdraw(engine)

    def test_one_that_answers_and_is_gone_comes_back_by_itself(self, run):
        engine = serving.publish(run)
        engine.activate(although=True)
        shutil.rmtree(engine.model)
        tasks.keep_ready(0)

        assert (Path(engine.model) / "model.safetensors").exists()
        assert Engine.current() == engine

    def test_an_engine_of_the_administrators_own_is_none_of_its_business(self, db):
        with pytest.raises(TuningError, match="no tuned model"):
            serving.withdraw(Engine.objects.create(name="Ours"))


class TestVllm:
    @pytest.fixture
    def server(self, settings):
        double = VllmServer()
        settings.SERVING, settings.SERVING_URL = "vllm", double.url
        yield double
        double.close()

    def test_the_adapter_is_loaded_and_named_by_the_engine(self, run, server):
        engine = serving.publish(run)

        assert engine.model == engine.name
        assert server.adapters == {engine.name: str(run.adapter)}
        assert not serving.models_folder().exists()

    def test_it_is_loaded_again_when_the_server_has_forgotten_it(self, run, server):
        engine = serving.publish(run)
        engine.activate(although=True)
        server.adapters.clear()
        tasks.keep_ready(0)

        assert set(server.adapters) == {engine.name}

    def test_one_on_trial_is_loaded_again_too(self, run, server):
        engine = serving.publish(run)
        engine.try_out(25, although=True)
        server.adapters.clear()
        tasks.keep_ready(0)

        assert set(server.adapters) == {engine.name}

    def test_a_server_that_is_away_is_told_and_tried_again(self, run, server, caplog):
        engine = serving.publish(run)
        engine.activate(although=True)
        server.close()
        tasks.keep_ready(0)

        assert "is not served: vLLM can't be reached" in caplog.text

    def test_it_is_unloaded_when_it_is_withdrawn(self, run, server):
        serving.withdraw(serving.publish(run))

        assert server.adapters == {}


@pytest.mark.usefixtures("merged_once")
def test_the_base_is_asked_as_the_tuned_model_is(run):
    base, tuned = serving.base_engine(run), serving.publish(run)

    assert base.pk is None
    assert base.model == run.base_model
    for field in ("kind", "base_url", "context", "strict", "courtesies"):
        assert getattr(base, field) == getattr(tuned, field)
