"""Pure: examples of like length in batches of like size in tokens, so that little is padding."""

import random
from dataclasses import dataclass

# Lengths are rounded up to a multiple of this: for each shape that is new to it, the library that
# multiplies on a processor makes, and keeps, a program of its own.
STEP = 32


def batches(examples, tokens, seed=0):
    """The examples in batches whose padded size stays within `tokens`; one too long goes alone."""
    order = list(examples)
    random.Random(seed).shuffle(order)  # noqa: S311 - no secret
    order.sort(key=lambda example: len(example["input_ids"]))
    made, batch = [], []
    for example in order:
        # Sorted: the newest is the longest, to which the others are padded.
        if batch and padded(example) * (len(batch) + 1) > tokens:
            made.append(batch)
            batch = []
        batch.append(example)
    return [*made, batch] if batch else made


def padded(example):
    return -(-len(example["input_ids"]) // STEP) * STEP


def rows(examples, tokens):
    """The batches as a data set, one a row; the trainer shuffles rows."""
    from datasets import Dataset

    made = batches(examples, tokens)
    columns = ("input_ids", "labels")
    return Dataset.from_dict({name: [[e[name] for e in b] for b in made] for name in columns})


@dataclass
class Collator:
    """A row of batches as tensors, padded to its longest example."""

    pad_token_id: int

    def __call__(self, found):
        from trl.trainer.sft_trainer import DataCollatorForLanguageModeling

        names = ("input_ids", "labels")
        examples = [
            dict(zip(names, pair, strict=True))
            for row in found
            for pair in zip(row["input_ids"], row["labels"], strict=True)
        ]
        return DataCollatorForLanguageModeling(self.pad_token_id, pad_to_multiple_of=STEP)(examples)
