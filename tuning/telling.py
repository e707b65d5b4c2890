"""What a training tells while it goes on: losses, speed, time left, samples, memory."""

import json
import math
import resource
import sys
import time
from collections import deque

import psutil
import torch
from transformers import TrainerCallback

from tuning import process
from tuning.failures import Ended

SAMPLES, SAMPLE_TOKENS = 3, 200
# Speed and time left are means over so many steps.
RECENT = 20
# A run is lost when its training loss stays so much above where it began, for so many steps.
FACTOR, STEPS = 1.5, 5


def say(event, **values):
    """One JSON object on a line; of several processes the first speaks."""
    if process.rank() == 0:
        print(json.dumps({"event": event, **values}), flush=True)  # noqa: T201 - what it is for


class Telling(TrainerCallback):
    """Tells every step and every evaluation, and ends a run whose loss runs away."""

    def __init__(self, tokenizer, validation):
        self.tokenizer, self.validation = tokenizer, validation[:SAMPLES]
        self.began = self.first = None
        self.tokens = self.above = 0
        self.steps, self.evaluations = deque(maxlen=RECENT), deque(maxlen=RECENT)

    def on_step_begin(self, args, state, control, **kwargs):
        self.began = time.perf_counter()

    def on_step_end(self, args, state, control, **kwargs):
        self.seconds = time.perf_counter() - self.began

    def on_log(self, args, state, control, logs, **kwargs):
        if "loss" not in logs:
            return
        self.check(logs["loss"])
        tokens, self.tokens = logs["num_tokens"] - self.tokens, logs["num_tokens"]
        self.steps.append((tokens, self.seconds))
        counted, seconds = map(sum, zip(*self.steps, strict=True))
        say(
            "step",
            step=state.global_step,
            steps=state.max_steps,
            epoch=state.epoch,
            loss=logs["loss"],
            learning_rate=logs["learning_rate"],
            tokens_per_second=counted / seconds,
            remaining_seconds=self.remaining(args, state, seconds / len(self.steps)),
        )

    def remaining(self, args, state, seconds_a_step):
        """The seconds left: steps, and the evaluations between them."""
        steps = state.max_steps - state.global_step
        evaluation = sum(self.evaluations) / len(self.evaluations) if self.evaluations else 0.0
        return steps * seconds_a_step + steps // args.eval_steps * evaluation

    def check(self, loss):
        """Raises Ended when the loss is no number any more or has run away."""
        self.first = loss if self.first is None else self.first
        self.above = self.above + 1 if loss > FACTOR * self.first + 1 else 0
        if not math.isfinite(loss) or self.above >= STEPS:
            raise Ended("diverged")

    def on_evaluate(self, args, state, control, metrics, model, **kwargs):
        loss = metrics["eval_loss"]
        seconds = metrics["eval_runtime"]
        if not math.isfinite(loss):
            raise Ended("diverged")
        began = time.perf_counter()
        samples = [self.sample(model, messages) for messages in self.validation]
        self.evaluations.append(seconds + time.perf_counter() - began)
        say(
            "evaluation",
            step=state.global_step,
            epoch=state.epoch,
            eval_loss=loss,
            samples=samples,
        )

    def on_save(self, args, state, control, **kwargs):
        say("checkpoint", step=state.global_step)

    @torch.no_grad()
    def sample(self, model, messages):
        """What the model says to a prompt by now, the likeliest token each time."""
        ids = self.tokenizer.apply_chat_template(
            messages[:-1], add_generation_prompt=True, return_dict=True, return_tensors="pt"
        ).to(model.device)
        training = model.training
        model.eval()
        given = model.generate(
            **ids,
            max_new_tokens=SAMPLE_TOKENS,
            do_sample=False,
            pad_token_id=self.tokenizer.pad_token_id,
        )
        model.train(training)
        text = self.tokenizer.decode(given[0, ids["input_ids"].shape[1] :])
        return text.removesuffix(self.tokenizer.eos_token or "").strip()


def taken():
    """The bytes that this process takes now, before there is a model; the peak counts from here."""
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
        return torch.cuda.memory_allocated()
    return psutil.Process().memory_info().rss


def peak():
    """The most that this process ever took."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated()
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
