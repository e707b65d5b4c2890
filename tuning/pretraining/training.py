"""The training of the demo's model, from an empty Llama to one that repeats what it is shown.

The learning rate warms up, stays, and falls to nothing over the last part. The matrices learn by
Muon, the vectors and the embedding by AdamW. Each process computes on one thread and on samples of
its own, and all take the step of their mean gradient: threads that wait for each other inside of
every layer lose most of their time on a machine that does something else beside.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tuning.pretraining import beginning

if TYPE_CHECKING:
    import torch
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

    from tuning.pretraining.samples import Sample, Samples

IGNORED = -100
SEEN_EVERY = 10
SAVED_EVERY = 50
# The longest sample in tokens, at first and in the end. It grows by a step whenever the mean of so
# many losses is below a bound: what can be copied short is next to be copied longer.
SHORTEST, LONGEST, GROWTH = 192, 704, 1.25
LOSSES, BOUND = 10, 0.4


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long and how fast. `batch` is in tokens of one process, padding included.

    `level` is the longest sample at first, in tokens.
    """

    minutes: float = 25.0
    level: int = SHORTEST
    batch: int = 2048
    rate: float = 1e-3
    matrix_rate: float = 1.5e-3
    warm_up: int = 20
    decay: float = 0.5
    weight_decay: float = 0.05


def blank_model(tokenizer: PreTrainedTokenizerFast, window: int) -> LlamaForCausalLM:
    """A Llama of 4.3 million random parameters."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=256,
        intermediate_size=704,
        num_hidden_layers=4,
        num_attention_heads=8,
        num_key_value_heads=8,
        max_position_embeddings=window,
        tie_word_embeddings=False,
        rope_parameters={"rope_type": "default", "rope_theta": beginning.THETA},
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    beginning.begin(model)
    return model


def optimizers(model: LlamaForCausalLM, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """One for the matrices inside of the layers, one for all else."""
    import torch

    named = list(model.named_parameters())
    inside = [p for name, p in named if p.ndim == 2 and "layers" in name]
    others = [p for name, p in named if p.ndim != 2 or "layers" not in name]
    return [
        torch.optim.Muon(
            inside,
            recipe.matrix_rate,
            weight_decay=recipe.weight_decay,
            adjust_lr_fn="match_rms_adamw",
        ),
        torch.optim.AdamW(others, recipe.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True),
    ]


def factor(step: int, progress: float, recipe: Recipe) -> float:
    """What the learning rates are multiplied by."""
    return max(0.0, min(1.0, (step + 1) / recipe.warm_up, (1 - progress) / recipe.decay))


def tensors(batch: list[Sample], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and labels, padded at the right: no token looks at what comes after it."""
    import torch

    width = max(len(one.ids) for one in batch)
    ids = torch.full((len(batch), width), pad)
    labels = torch.full((len(batch), width), IGNORED)
    for row, one in enumerate(batch):
        ids[row, : len(one.ids)] = torch.tensor(one.ids)
        kept = [i if w else IGNORED for i, w in zip(one.ids, one.wanted, strict=True)]
        labels[row, : len(kept)] = torch.tensor(kept)
    return ids, labels


def loss_of(model: LlamaForCausalLM, ids: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The mean loss; the vocabulary is only scored where a token is wanted."""
    import torch

    hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state[:, :-1]
    targets = labels[:, 1:]
    kept = targets != IGNORED
    logits = model.lm_head(hidden[kept])
    return torch.nn.functional.cross_entropy(logits.float(), targets[kept])


class Trainer:
    """One of the processes that train a model together."""

    def __init__(self, model: LlamaForCausalLM, samples: Samples, recipe: Recipe):
        import torch

        self.model, self.samples, self.recipe = model, samples, recipe
        self.both = optimizers(model, recipe)
        self.rates = [optimizer.param_groups[0]["lr"] for optimizer in self.both]
        self.parameters = list(model.parameters())
        self.step, self.progress, self.before = 0, 0.0, 0.0
        self.bf16 = torch.backends.cpu.get_cpu_capability() == "AVX512"
        self.together = torch.distributed.is_initialized()
        self.losses: list[float] = []
        self.last: deque[float] = deque(maxlen=LOSSES)
        self.level = recipe.level

    def run(self, see: Callable[[Trainer], None]):
        """Trains until the time is over; `see` is called after each step."""
        self.began = time.monotonic()
        self.model.train()
        for batch in self.batches():
            self.learn(batch)
            see(self)
            if self.progress >= 1:
                return

    def batches(self) -> Iterator[list[Sample]]:
        while True:
            level = self.level
            for batch in self.samples.batches(self.level, self.recipe.batch):
                yield batch
                if self.level > level:
                    break

    def learn(self, batch: list[Sample]):
        """One step on the mean gradient of all processes."""
        import torch

        rate = factor(self.step, self.progress, self.recipe)
        for optimizer, full in zip(self.both, self.rates, strict=True):
            optimizer.param_groups[0]["lr"] = full * rate
        ids, labels = tensors(batch, self.model.config.pad_token_id)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            loss = loss_of(self.model, ids, labels)
        loss.backward()
        self.share(loss.item())
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        for optimizer in self.both:
            optimizer.step()
            optimizer.zero_grad()
        self.step += 1

    def share(self, loss: float):
        """Takes the mean of all processes: their gradients, their losses and their clocks."""
        import torch

        told = torch.tensor([loss, self.seconds / (60 * self.recipe.minutes)])
        if self.together:
            gradients = [p.grad.flatten() for p in self.parameters]
            every = torch.cat([*gradients, told])
            torch.distributed.all_reduce(every)
            every /= torch.distributed.get_world_size()
            *means, told = every.split([len(g) for g in gradients] + [2])
            for parameter, mean in zip(self.parameters, means, strict=True):
                parameter.grad.copy_(mean.view_as(parameter))
        self.losses.append(float(told[0]))
        self.last.append(float(told[0]))
        if len(self.last) == LOSSES and sum(self.last) / LOSSES < BOUND:
            self.level = min(LONGEST, int(self.level * GROWTH))
            self.last.clear()
        self.progress = float(told[1])

    @property
    def seconds(self) -> float:
        return self.before + time.monotonic() - self.began

    def save(self, state: Path):
        """Writes all that is needed to go on from here."""
        import torch

        kept = {
            "step": self.step,
            "seconds": self.seconds,
            "level": self.level,
            "model": self.model.state_dict(),
            "both": [optimizer.state_dict() for optimizer in self.both],
        }
        beside = state.with_suffix(".new")
        torch.save(kept, beside)
        beside.replace(state)

    def begin(self, state: Path):
        """Takes the weights of the stage before."""
        import torch

        self.model.load_state_dict(torch.load(state, weights_only=True)["model"])

    def load(self, state: Path):
        """Goes on from where `state` was written."""
        import torch

        kept = torch.load(state, weights_only=True)
        self.step, self.before = kept["step"], kept["seconds"]
        self.level = kept["level"]
        self.progress = self.before / (60 * self.recipe.minutes)
        self.model.load_state_dict(kept["model"])
        for optimizer, was in zip(self.both, kept["both"], strict=True):
            optimizer.load_state_dict(was)
