"""Builds the demo's base model: corpus, tokenizer, training in several processes, files."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tuning.pretraining import corpus, inventing, tokenizer
from tuning.pretraining.samples import Samples
from tuning.pretraining.stages import MINUTES, STAGES, Stage
from tuning.pretraining.training import SAVED_EVERY, SEEN_EVERY, Trainer, blank_model

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

# Where the model lies that is committed.
FOLDER = Path(__file__).resolve().parent.parent / "demo_model"
SEED = 20
# What the tokenizer is made from, beside the repository's sentences.
ALTERED, TEMPLATED, INVENTED = 20_000, 5_000, 1_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where the text lies, where the model is made, and where its processes find each other."""

    root: Path
    folder: Path

    @property
    def meeting(self) -> Path:
        return self.folder / "meeting"

    def state(self, stage: Stage) -> Path:
        """What a stage needs to go on after an interruption, and the next one to begin."""
        return self.folder / f"{stage.name}.pt"


def build(root: Path, folder: Path, minutes: float, processes: int, say: Callable[[str], None]):
    """Trains the model from the text under `root` and leaves it in `folder`.

    The minutes are divided among the stages. A stage that was interrupted goes on, one that is done
    is not done again.
    """
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "tokenizer.json").exists():
        make_tokenizer(corpus.of_repository(root)).save_pretrained(folder)
    place, before = Place(root, folder), None
    for stage in STAGES:
        recipe = replace(stage.recipe, minutes=stage.recipe.minutes * minutes / MINUTES)
        arguments = (processes, place, replace(stage, recipe=recipe), before, say)
        place.meeting.unlink(missing_ok=True)
        torch.multiprocessing.spawn(process, arguments, nprocs=processes)
        before = place.state(stage)
    place.meeting.unlink(missing_ok=True)


def make_tokenizer(known: corpus.Corpus) -> PreTrainedTokenizerFast:
    chance = random.Random(SEED)
    return tokenizer.train(
        [
            *known.sentences,
            *(known.altered(chance) for _ in range(ALTERED)),
            *(inventing.templated(chance) for _ in range(TEMPLATED)),
            *(inventing.invented(chance) for _ in range(INVENTED)),
        ]
    )


def process(rank: int, processes: int, place: Place, stage: Stage, before: Path | None, say):
    """One of the processes of a stage; the first of them tells and saves."""
    import torch
    from transformers import AutoTokenizer

    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{place.meeting}", rank=rank, world_size=processes
    )
    coder = AutoTokenizer.from_pretrained(place.folder)
    known = corpus.of_repository(place.root)
    samples = Samples(known, coder, random.Random(SEED), stage.mixture)
    trainer = Trainer(blank_model(coder, tokenizer.WINDOW), samples, stage.recipe)
    state = place.state(stage)
    if state.exists():
        trainer.load(state)
    elif before:
        trainer.begin(before)
    samples.chance.seed(f"{stage.name} {rank} {trainer.step}")

    def see(trainer: Trainer):
        if rank == 0 and trainer.step % SEEN_EVERY == 0:
            mean = sum(trainer.losses) / len(trainer.losses)
            trainer.losses.clear()
            done = f"{stage.name}  step {trainer.step:>5}  {trainer.progress:>4.0%}"
            say(f"{done}  up to {trainer.level:>3} tokens  loss {mean:.3f}")
        if rank == 0 and (trainer.step % SAVED_EVERY == 0 or trainer.progress >= 1):
            trainer.save(state)
            export(trainer.model, coder, place.folder / "model")

    if trainer.progress < 1:
        trainer.run(see)
    torch.distributed.destroy_process_group()


def export(model: LlamaForCausalLM, coder: PreTrainedTokenizerFast, folder: Path):
    """The model in bfloat16 and its tokenizer; whoever reads `folder` meanwhile has the last."""
    import torch
    from transformers import LlamaForCausalLM

    beside = folder.with_name(f"{folder.name}.new")
    halved = LlamaForCausalLM(model.config)
    halved.load_state_dict(model.state_dict())
    halved.to(torch.bfloat16).save_pretrained(beside)
    coder.save_pretrained(beside)
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
