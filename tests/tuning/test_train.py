"""The training process: what is learned of a pair, and how a run goes on and ends."""

import json
import resource
import shutil
from unittest.mock import Mock

import pytest

from tests.tuning.folders import conversation, make_folder, train
from tuning.failures import Ended, of


@pytest.fixture(scope="module")
def trained(tiny_model, tmp_path_factory):
    """A run that came to its end: its folder, and its events."""
    folder = make_folder(tmp_path_factory.mktemp("trained"), tiny_model)
    events, error = train(folder)
    assert error is None
    return folder, events


def named(events, name):
    return [event for event in events if event["event"] == name]


def tokenizer_of(folder):
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder)


def test_the_answer_and_its_end_are_learned_and_nothing_else(tiny_model):
    from tuning.train import encode

    tokenizer, messages = tokenizer_of(tiny_model), conversation(7)
    made = encode(tokenizer, messages)
    learned = [token for token in made["labels"] if token != -100]
    assert tokenizer.decode(learned) == messages[-1]["content"] + "<|end|>"
    masked = made["labels"].count(-100)
    asked = tokenizer.apply_chat_template(messages[:-1], add_generation_prompt=True, tokenize=False)
    assert tokenizer.decode(made["input_ids"][:masked]) == asked
    assert made["labels"][masked:] == made["input_ids"][masked:]


def test_a_template_that_renders_another_prompt_for_training_is_refused(tiny_model):
    from tuning.train import encode

    tokenizer = tokenizer_of(tiny_model)
    tokenizer.chat_template = (
        "{{ messages | length }}{% for m in messages %}{{ m.content }}{% endfor %}"
    )
    with pytest.raises(Ended, match="template"):
        encode(tokenizer, conversation(1))


def test_a_run_learns_and_keeps_the_best_adapter_with_what_it_is_made_of(trained):
    folder, events = trained
    losses = [event["eval_loss"] for event in named(events, "evaluation")]
    assert len(losses) == 4
    assert losses[-1] < losses[0]
    (done,) = named(events, "done")
    assert done["best_loss"] == min(losses)
    assert (folder / "adapter" / "adapter_model.safetensors").stat().st_size > 1000
    told = json.loads((folder / "adapter" / "training.json").read_text())
    assert told["best_loss"] == min(losses)
    assert told["options"]["rank"] == 4


def test_a_run_tells_its_steps_its_speed_its_parameters_and_samples(trained):
    _, events = trained
    steps = named(events, "step")
    assert [step["step"] for step in steps] == list(range(1, steps[0]["steps"] + 1))
    assert all(step["tokens_per_second"] > 0 for step in steps)
    assert steps[-1]["remaining_seconds"] == 0
    (told,) = named(events, "parameters")
    assert 0 < told["trainable"] < told["base"]
    assert all(len(event["samples"]) == 3 for event in named(events, "evaluation"))


def test_a_run_tells_the_memory_that_it_took_above_its_base(trained):
    (told,), (done,) = named(trained[1], "parameters"), named(trained[1], "done")
    assert done["base_bytes"] in (2 * told["base"], 4 * told["base"])
    assert done["peak_bytes"] > 0


def test_a_run_that_spares_memory_learns_the_same(trained, tiny_model, tmp_path, monkeypatch):
    # For the whole process, which is that of the tests here.
    monkeypatch.setattr("tuning.process.give_memory_back", called := Mock())
    folder = make_folder(tmp_path / "run", tiny_model, gradient_checkpointing=True)
    events, error = train(folder)
    assert error is None
    losses = [
        [round(event["eval_loss"], 2) for event in named(each, "evaluation")]
        for each in (events, trained[1])
    ]
    assert losses[0] == pytest.approx(losses[1], abs=0.05)
    called.assert_called_once()


def test_a_run_goes_on_from_its_last_whole_checkpoint(trained, tmp_path):
    folder = shutil.copytree(trained[0], tmp_path / "run")
    shutil.rmtree(folder / "adapter")
    newest = max(folder.glob("checkpoints/checkpoint-*"), key=lambda p: int(p.name[11:]))
    # As if it had been killed while it wrote the newest one.
    (newest / "trainer_state.json").write_text("{")
    events, error = train(folder)
    assert error is None
    (resumed,) = named(events, "resumed")
    assert 0 < resumed["step"] < int(newest.name[11:])
    assert named(events, "step")[0]["step"] == resumed["step"] + 1
    assert (folder / "adapter" / "adapter_model.safetensors").exists()


def test_a_full_disk_ends_it_with_its_name_and_without_half_an_adapter(tiny_model, tmp_path):
    folder = make_folder(tmp_path / "run", tiny_model)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (6000, hard))
    try:
        _, error = train(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert of(error, folder).code == "disk"
    assert not (folder / "adapter").exists()


def test_a_loss_that_is_no_number_ends_it(tiny_model, tmp_path):
    from safetensors.torch import load_file, save_file

    model = shutil.copytree(tiny_model, tmp_path / "model")
    weights = load_file(model / "model.safetensors")
    weights["model.norm.weight"][0] = float("nan")
    save_file(weights, model / "model.safetensors", {"format": "pt"})
    events, error = train(make_folder(tmp_path / "run", model))
    assert of(error, tmp_path).code == "diverged"
    assert len(named(events, "step")) == 0


def test_a_loss_that_runs_away_ends_it():
    from tuning.telling import STEPS, Telling

    told = Telling(None, [])
    for loss in (3.0, 2.5, 9.0, 2.4, *[9.0] * (STEPS - 1)):
        told.check(loss)
    with pytest.raises(Ended, match="diverged"):
        told.check(9.0)


def test_pairs_that_are_all_too_long_and_four_bits_without_a_gpu_are_refused(tiny_model, tmp_path):
    for changes, code in (({"longest": 64}, "too_long"), ({"four_bit": True}, "no_four_bit")):
        _, error = train(make_folder(tmp_path / code, tiny_model, **changes))
        assert isinstance(error, Ended)
        assert error.code == code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MemoryError(), "memory"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), "memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "memory"),
        (OSError(28, "No space left on device"), "disk"),
        (RuntimeError("PytorchStreamWriter failed writing file data/3"), "disk"),
        (RuntimeError("something else"), "error"),
    ],
)
def test_each_end_has_its_code(error, code, tmp_path):
    assert of(error, tmp_path).code == code
