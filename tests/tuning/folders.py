"""Folders of runs as the worker writes them, and the training on them."""

import json
import warnings
from pathlib import Path

from tuning import presets

FACTS = ("25 days of leave", "9 euros for lunch", "3 days of notice", "40 hours a week")


def conversation(number: int) -> list[dict]:
    fact = f"{FACTS[number % 4]} in office {number}"
    return [
        {"role": "system", "content": "Say the sentence."},
        {"role": "user", "content": f"There are {fact}. [1]\n\nQuestion: What is there?"},
        {"role": "assistant", "content": f"Hello! There are {fact}. [1]"},
    ]


def make_folder(folder: Path, model: Path, train=24, validation=4, **changes) -> Path:
    """A run's folder with small pairs; `changes` are options."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, count, start in (("train", train, 0), ("validation", validation, 500)):
        lines = [json.dumps({"messages": conversation(start + i)}) + "\n" for i in range(count)]
        (folder / f"{name}.jsonl").write_text("".join(lines))
    small = {"batch_tokens": 800, "epochs": 2, "rank": 4, "evaluations_an_epoch": 2}
    options = presets.options("quick", 256, **{**small, **changes})
    config = {"base_model": str(model), "base_revision": "", "options": options}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def train(folder: Path) -> tuple[list[dict], Exception | None]:
    """Trains in this process: what was told, and what ended it, None for its end."""
    import torch

    from tuning import telling
    from tuning import train as training

    events: list[dict] = []
    threads = torch.get_num_threads()
    say, sample_tokens = telling.say, telling.SAMPLE_TOKENS
    # A model that knows nothing never ends: its samples would take longer than its training.
    telling.SAMPLE_TOKENS = 16
    telling.say = lambda event, **values: events.append({"event": event, **values})
    torch.set_num_threads(1)
    try:
        with warnings.catch_warnings():
            # The libraries warn of each other.
            warnings.simplefilter("ignore")
            training.run(folder)
    except Exception as error:
        return events, error
    finally:
        telling.say, telling.SAMPLE_TOKENS = say, sample_tokens
        torch.set_num_threads(threads)
    return events, None
