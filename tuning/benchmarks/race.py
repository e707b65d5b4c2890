"""One side of the benchmark, in a process of its own: `race FOLDER ours|defaults|grow MILLIONS`.

`defaults` is what a first script with TRL looks like: its own settings but for what is learned
(rank, rate, schedule, epochs), which is the same on both sides.
"""

import json
import math
import sys
import time
from pathlib import Path


def ours(folder: Path, options: dict) -> dict:
    """As `tuning.train` trains, without the evaluations between."""
    from tuning import batching, train

    config = json.loads((folder / "config.json").read_text())
    tokenizer, model = train.load_base(config)
    texts = [train.read(folder / f"{split}.jsonl") for split in ("train", "validation")]
    data = [train.encoded(tokenizer, each, options["longest"]) for each in texts]
    model = train.with_adapter(model, options)
    rows = batching.rows(data[0], options["batch_tokens"])
    args = train.arguments(folder, options, len(rows))
    quiet = {"eval_strategy": "no", "save_strategy": "no", "load_best_model_at_end": False}
    for name, value in quiet.items():
        setattr(args, name, value)
    from trl import SFTTrainer

    trainer = SFTTrainer(
        model=model,
        args=args,
        train_dataset=rows,
        processing_class=tokenizer,
        data_collator=batching.Collator(tokenizer.pad_token_id),
    )
    return raced(trainer, model, data, options)


def defaults(folder: Path, options: dict) -> dict:
    """TRL's own settings on the same pairs."""
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoTokenizer
    from trl import SFTConfig, SFTTrainer

    from tuning import train

    config = json.loads((folder / "config.json").read_text())
    tokenizer = AutoTokenizer.from_pretrained(config["base_model"])
    texts = [train.read(folder / f"{split}.jsonl") for split in ("train", "validation")]
    data = [train.encoded(tokenizer, each, options["longest"]) for each in texts]
    pairs = Dataset.from_list([{"prompt": t[:-1], "completion": t[-1:]} for t in texts[0]])
    trainer = SFTTrainer(
        model=config["base_model"],
        args=SFTConfig(
            output_dir=str(folder / "defaults"),
            learning_rate=options["learning_rate"],
            lr_scheduler_type=options["schedule"],
            warmup_steps=options["warmup"],
            num_train_epochs=options["epochs"],
            use_cpu=train.device()[0] == "cpu",
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
        ),
        train_dataset=pairs,
        peft_config=LoraConfig(
            r=options["rank"], lora_alpha=options["alpha"], target_modules=options["targets"]
        ),
        processing_class=tokenizer,
    )
    return raced(trainer, trainer.model, data, options)


def raced(trainer, model, data, options) -> dict:
    """Trains, and measures: the time of the steps alone, then the loss on the validation pairs."""
    from transformers import PrinterCallback

    trainer.remove_callback(PrinterCallback)
    began, worked = time.perf_counter(), time.process_time()
    trainer.train()
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    tokens = sum(len(example["input_ids"]) for example in data[0]) * options["epochs"]
    pairs = len(data[0]) * options["epochs"]
    told = {"seconds": seconds, "cpu": cpu, "tokens": tokens, "pairs": pairs}
    return {**told, "loss": loss_of(model, data[1])}


def loss_of(model, examples) -> float:
    """The mean loss of the answers' tokens, one example at a time: the same for both sides."""
    import torch

    model.eval()
    total = count = 0.0
    with torch.no_grad():
        for example in examples:
            ids = torch.tensor([example["input_ids"]], device=model.device)
            labels = torch.tensor([example["labels"]], device=model.device)
            logits = model(input_ids=ids).logits.float()[0, :-1]
            wanted = labels[0, 1:]
            loss = torch.nn.functional.cross_entropy(logits, wanted, reduction="sum")
            total, count = total + loss.item(), count + int((wanted != -100).sum())
    return total / count


def grow(folder: Path, options: dict, millions: int) -> dict:
    """Writes a model of so many random parameters, and has the folder train it for a few steps."""
    from transformers import AutoConfig, AutoTokenizer, LlamaForCausalLM

    from tuning import presets

    config = json.loads((folder / "config.json").read_text())
    shape = AutoConfig.from_pretrained(config["base_model"])
    shape.num_hidden_layers, shape.num_attention_heads, shape.num_key_value_heads = 24, 12, 4
    shape.hidden_size = int(math.sqrt(millions * 1e6 / 24 / 12) / 96) * 96
    shape.intermediate_size, shape.head_dim = 3 * shape.hidden_size, shape.hidden_size // 12
    LlamaForCausalLM(shape).bfloat16().save_pretrained(folder / "grown")
    AutoTokenizer.from_pretrained(config["base_model"]).save_pretrained(folder / "grown")
    for split in ("train", "validation"):
        lines = (folder / f"{split}.jsonl").read_text().splitlines(True)
        (folder / f"{split}.jsonl").write_text("".join(lines[: 40 if split == "train" else 4]))
    few = {"rank": 8, "alpha": 16, "epochs": 1, "evaluations_an_epoch": 1}
    options = presets.options("quick", shape.hidden_size, millions * 1_000_000, **few)
    config |= {"base_model": str(folder / "grown"), "options": options}
    (folder / "config.json").write_text(json.dumps(config))
    return {}


if __name__ == "__main__":
    place, name, *numbers = sys.argv[1:]
    chosen = json.loads((Path(place) / "config.json").read_text())["options"]
    side = {"ours": ours, "defaults": defaults, "grow": grow}[name]
    print(json.dumps(side(Path(place), chosen, *map(int, numbers))))  # noqa: T201
