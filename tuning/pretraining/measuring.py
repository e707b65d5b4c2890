"""How often the demo's model repeats exactly what it is given, from text that it never saw."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from helpdesk import prompts, wording
from helpdesk.guard import Guard
from knowledge.found import Found
from tuning.pretraining import corpus

HELD_OUT = Path(__file__).with_name("heldout.txt")
BATCH = 20
ROOM = 120
SEED = 7


def held_out() -> list[str]:
    """Sentences of a company that the training never heard of."""
    return HELD_OUT.read_text(encoding="utf-8").splitlines()


def sentences_under(folder: Path) -> list[str]:
    """The sentences of the Markdown files below a folder that fit into one answer."""
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in folder.rglob("*.md"))
    found = {line for text in texts for line in corpus.lines(text)}
    return sorted(found)


def cases(known: Sequence[str], given: int, count: int) -> list[tuple[str, list[str]]]:
    """So many questions, each with this many sentences to repeat; the same at each call."""
    chance = random.Random(f"{SEED} {given}")
    return [
        (" ".join(chance.choice(known).split()[:8]) + "?", chance.sample(list(known), given))
        for _ in range(count)
    ]


def wanted(sentences: Sequence[str]) -> str:
    """The exact repetition; how the sentences are joined does not count."""
    marked = (prompts.marked(prompts.line(text), n) for n, text in enumerate(sentences, 1))
    return " ".join(marked)


def shown(
    said: str, sentences: Sequence[str], passages: Sequence[Found], courtesies: str = ""
) -> str:
    """An answer as the desk shows it: slips set right; "" where quotes replace it, because it holds
    a figure or a name that no passage does."""
    guard = Guard(passages, courtesies)
    right = wording.set_right(said, prompts.bare(sentences), guard.strays, courtesies)
    told = guard.take(right, last=True)
    return "" if guard.broken else told


def as_passages(sentences: Sequence[str]) -> list[Found]:
    """Each sentence as if it were a passage."""
    names = ("", "", "", 1, "", "")
    return [Found(1, 1, 1, *names, text, None, 1.0, 0.0) for text in sentences]


class Repeater:
    """A model that is asked as the desk asks it, many questions at once."""

    def __init__(self, folder: str | Path):
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self.tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
        self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()

    def answers(self, asked: Sequence[tuple[str, list[str]]], room: int = ROOM) -> list[str]:
        """What it says, greedily, in so many tokens more than it is given at most."""
        import torch

        texts = [
            self.tokenizer.apply_chat_template(
                prompts.sentence_messages(*one), tokenize=False, add_generation_prompt=True
            )
            for one in asked
        ]
        inputs = self.tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False)
        inputs.pop("token_type_ids", None)
        longest = max(len(self.tokenizer(wanted(given))["input_ids"]) for _, given in asked)
        with torch.inference_mode():
            said = self.model.generate(
                **inputs, do_sample=False, max_new_tokens=longest + room, max_length=None
            )
        new = said[:, inputs["input_ids"].shape[1] :]
        return self.tokenizer.batch_decode(new, skip_special_tokens=True)

    def exact(self, asked: Sequence[tuple[str, list[str]]]) -> list[tuple[bool, bool]]:
        """For each case, whether every sentence came back as it was, with its mark and in order:
        from the model alone, and as the desk shows it, quotes in a stray's place."""
        # Of like length together, so that little is computed for padding.
        order = sorted(range(len(asked)), key=lambda i: len(wanted(asked[i][1])))
        found = [(False, False)] * len(asked)
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            said = self.answers([asked[i] for i in batch])
            for i, text in zip(batch, said, strict=True):
                whole = wanted(asked[i][1])
                told = shown(text, asked[i][1], as_passages(asked[i][1])) or whole
                found[i] = tuple(" ".join(each.split()) == whole for each in (text, told))
        return found
