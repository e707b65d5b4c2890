"""Puts an adapter into its base model: `python -m tuning.merging BASE REVISION ADAPTER FOLDER`.

No Django in here. It runs in a process of its own, whose memory goes with it.
"""

import sys
from pathlib import Path


def merge(base: str, revision: str, adapter: Path, folder: Path):
    """Writes the merged model and its tokenizer to `folder`, in the number format of the base.

    The sum is taken in single precision: the steps of a half one swallow small changes.
    """
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    from tuning import dora

    options = {"revision": revision or None}
    kept = AutoConfig.from_pretrained(base, **options).dtype or torch.float32
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32, **options)
    merged = dora.with_trained(model, adapter).merge_and_unload()
    merged.to(kept).save_pretrained(folder)
    place = adapter if (adapter / "tokenizer_config.json").exists() else base
    AutoTokenizer.from_pretrained(place, **options).save_pretrained(folder)


if __name__ == "__main__":
    merge(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
