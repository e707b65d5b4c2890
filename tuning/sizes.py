"""Pure: how large a model and its adapter are, read from the heads of its files, without torch."""

import json
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from math import prod
from pathlib import Path

from knowledge.hub_cache import cached
from tuning.errors import TuningError

# These are looked up or shared with what is looked up: no adapter goes on them.
NOT_ADAPTED = ("embed", "lm_head", "wte", "wpe", "norm")


@dataclass(frozen=True, slots=True)
class Size:
    """A model: its parameters, its layers' shapes by name, its width and depth."""

    parameters: int
    shapes: Mapping[str, tuple[int, ...]]
    width: int
    layers: int

    def adapter(self, rank: int, dora: bool = False) -> int:
        """How many parameters a LoRA adapter of this rank trains; DoRA's has one a row more."""
        layers = [shape for name, shape in self.shapes.items() if adapted(name, shape)]
        return sum(lora(shape, rank) + dora * shape[0] for shape in layers)


def lora(shape: tuple[int, ...], rank: int) -> int:
    """The parameters of the two narrow matrices beside one of `shape`."""
    return rank * sum(shape)


def adapted(name: str, shape: tuple[int, ...]) -> bool:
    return len(shape) == 2 and not any(part in name.lower() for part in NOT_ADAPTED)


def size_of(model: str) -> Size | None:
    """The size of a model in a folder, or in the hub's cache; None where it is not here yet.

    Raises TuningError for a folder that holds no model.
    """
    folder = Path(model)
    if not folder.is_dir():
        folder = cached(model)
    if folder is None:
        return None
    try:
        config = json.loads((folder / "config.json").read_text())
        config = config.get("text_config", config)
        shapes = {}
        for file in folder.glob("*.safetensors"):
            shapes |= head(file)
        width, layers = config["hidden_size"], config["num_hidden_layers"]
    except (OSError, ValueError, KeyError, struct.error):
        raise TuningError(f"“{model}” holds no causal language model as safetensors.") from None
    if not shapes:
        raise TuningError(f"“{model}” holds no causal language model as safetensors.")
    return Size(sum(map(prod, shapes.values())), shapes, width, layers)


def template_sha256(model: str) -> str:
    """The SHA-256 of the chat template of a model in a folder or the hub's cache; "" without."""
    folder = Path(model) if Path(model).is_dir() else cached(model)
    text = template_in(folder) if folder else ""
    return sha256(text.encode()).hexdigest() if text else ""


def template_in(folder: Path) -> str:
    """A model's chat template: a file of its own, or among the tokenizer's settings."""
    with suppress(OSError):
        return (folder / "chat_template.jinja").read_text()
    with suppress(OSError, ValueError, KeyError):
        return str(json.loads((folder / "tokenizer_config.json").read_text())["chat_template"])
    return ""


def head(file: Path) -> dict[str, tuple[int, ...]]:
    """The shapes of the tensors in a file of safetensors."""
    with file.open("rb") as opened:
        (length,) = struct.unpack("<Q", opened.read(8))
        told = json.loads(opened.read(length))
    return {name: tuple(each["shape"]) for name, each in told.items() if name != "__metadata__"}
