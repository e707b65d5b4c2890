"""Builds the demo's base model: corpus, tokenizer, training in several processes, files."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tuning.pretraining import corpus, inventing, tokenizer
from tuning.pretraining.samples import Samples
from tuning.pretraining.training import SAVED_EVERY, SEEN_EVERY, Recipe, Trainer, blank_model

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

# Where the model lies that is committed.
FOLDER = Path(__file__).resolve().parent.parent / "demo_model"
SEED = 20
# What the tokenizer is made from, beside the repository's sentences.
ALTERED, TEMPLATED, INVENTED = 20_000, 5_000, 1_000


def build(root: Path, folder: Path, recipe: Recipe, processes: int, say: Callable[[str], None]):
    """Trains the model from the text under `root` and leaves it in `folder`.

    What it needs to go on after an interruption lies in `folder` too, as `state.pt`.
    """
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "tokenizer.json").exists():
        make_tokenizer(corpus.of_repository(root)).save_pretrained(folder)
    meeting = folder / "meeting"
    meeting.unlink(missing_ok=True)
    arguments = (processes, root, folder, meeting, recipe, say)
    torch.multiprocessing.spawn(process, arguments, nprocs=processes)
    meeting.unlink(missing_ok=True)


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


def process(rank: int, processes: int, root: Path, folder: Path, meeting: Path, recipe, say):
    """One of the processes; the first of them tells and saves."""
    import torch
    from transformers import AutoTokenizer

    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{meeting}", rank=rank, world_size=processes
    )
    coder = AutoTokenizer.from_pretrained(folder)
    samples = Samples(corpus.of_repository(root), coder, random.Random(SEED))
    trainer = Trainer(blank_model(coder, tokenizer.WINDOW), samples, recipe)
    state = folder / "state.pt"
    if state.exists():
        trainer.load(state)
    samples.chance.seed(f"{rank} {trainer.step}")

    def see(trainer: Trainer):
        if rank == 0 and trainer.step % SEEN_EVERY == 0:
            mean = sum(trainer.losses) / len(trainer.losses)
            trainer.losses.clear()
            done = f"step {trainer.step:>5}  {trainer.progress:>4.0%}"
            say(f"{done}  up to {trainer.level:>3} tokens  loss {mean:.3f}")
        if rank == 0 and (trainer.step % SAVED_EVERY == 0 or trainer.progress >= 1):
            trainer.save(state)
            export(trainer.model, coder, folder / "model")

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
