"""Fine-tunes a chat model with LoRA on the pairs in a folder: `python -m tuning.train FOLDER`.

No Django here. The folder holds `config.json` and, in OpenAI's chat format, `train.jsonl` and
`validation.jsonl`; `checkpoints/` and `adapter/` are written into it. What happens is told on the
standard output, a JSON object a line. A second start goes on from the last whole checkpoint.
"""

import json
import math
import os
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    EarlyStoppingCallback,
    PrinterCallback,
)
from trl import SFTConfig, SFTTrainer

from tuning import batching, dora, failures, lean, process, telling
from tuning.failures import Ended

# ---------------------------------------------------------------------------------------------
# What goes in: the chat as the server will render it, and what of it is learned


def encode(tokenizer, messages):
    """A conversation as token ids, and as labels: -100 but for the last message, the answer.

    The prompt is rendered as a server renders it, up to the place where the model begins to speak.
    Raises Ended when the chat template renders another prompt once there is an answer.
    """
    prompt = tokenizer.apply_chat_template(
        messages[:-1], add_generation_prompt=True, return_dict=True
    )["input_ids"]
    ids = tokenizer.apply_chat_template(messages, return_dict=True)["input_ids"]
    if ids[: len(prompt)] != prompt:
        raise Ended("template")
    # What a template puts behind the end of a turn is never asked of the model.
    ends = [place for place, one in enumerate(ids) if one == tokenizer.eos_token_id]
    ids = ids[: ends[-1] + 1] if ends and ends[-1] >= len(prompt) else ids
    return {"input_ids": ids, "labels": [-100] * len(prompt) + ids[len(prompt) :]}


def read(path):
    """The conversations of a JSON Lines file; none where there is no file."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(line)["messages"] for line in lines]


def encoded(tokenizer, conversations, longest):
    """The conversations that are short enough, encoded."""
    found = [encode(tokenizer, messages) for messages in conversations]
    return [example for example in found if len(example["input_ids"]) <= longest]


# ---------------------------------------------------------------------------------------------
# What learns: the frozen base, and a low-rank adapter on its layers


def device():
    """The accelerator's name, or "cpu"; and whether it multiplies bfloat16."""
    if torch.cuda.is_available():
        return "cuda", torch.cuda.is_bf16_supported()
    able = torch.cpu.get_capabilities()
    return "cpu", bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def load_base(config):
    """The tokenizer and the model, frozen, in the number format that this machine is fast in."""
    place = config["base_model"]
    name, bf16 = device()
    revision = config.get("base_revision") or None
    tokenizer = AutoTokenizer.from_pretrained(place, revision=revision)
    if not tokenizer.chat_template:
        raise Ended("no_template")
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    options = {"dtype": torch.bfloat16 if bf16 else torch.float32}
    if config["options"]["four_bit"]:
        check_four_bit(name)
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16
        )
    if name == "cuda":
        options["device_map"] = {"": int(os.environ.get("LOCAL_RANK", 0))}
    model = AutoModelForCausalLM.from_pretrained(place, revision=revision, **options)
    return tokenizer, model


def check_four_bit(name):
    if name != "cuda" or find_spec("bitsandbytes") is None:
        raise Ended("no_four_bit")


def with_adapter(model, options):
    """The model with a fresh adapter on it: all that is trained."""
    if options["four_bit"]:
        model = prepare_model_for_kbit_training(
            model, use_gradient_checkpointing=options["gradient_checkpointing"]
        )
    adapter = LoraConfig(
        r=options["rank"],
        lora_alpha=options["alpha"],
        lora_dropout=options["dropout"],
        target_modules=options["targets"],
        use_dora=options["dora"],
        use_rslora=options["rslora"],
        task_type="CAUSAL_LM",
    )
    dora.allow_zero_rows()
    return lean.lighten(get_peft_model(model, adapter))


# ---------------------------------------------------------------------------------------------
# How it learns


def arguments(folder, options, steps_an_epoch):
    """TRL's settings for a run whose batches are made already."""
    name, bf16 = device()
    every = max(1, round(steps_an_epoch / options["evaluations_an_epoch"]))
    return SFTConfig(
        output_dir=str(folder / "checkpoints"),
        num_train_epochs=options["epochs"],
        # A row of the data set is a whole batch: see `batching`.
        per_device_train_batch_size=1,
        per_device_eval_batch_size=1,
        dataset_kwargs={"skip_prepare_dataset": True},
        max_length=None,
        learning_rate=options["learning_rate"],
        lr_scheduler_type=options["schedule"],
        warmup_steps=options["warmup"],
        weight_decay=options["weight_decay"],
        max_grad_norm=1.0,
        gradient_checkpointing=options["gradient_checkpointing"],
        # The base is loaded in bfloat16 on a CPU; autocast would convert it at every step anew.
        bf16=bf16 and name != "cpu",
        eval_strategy="steps",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        logging_steps=1,
        # Else a loss that is no number would be logged as a good one.
        logging_nan_inf_filter=False,
        seed=options["seed"],
        use_cpu=name == "cpu",
        dataloader_pin_memory=name != "cpu",
        report_to="none",
        disable_tqdm=True,
    )


def trainer(model, tokenizer, folder, options, data, told):
    """TRL's trainer over token-sized batches; `data` are the encoded training and validation."""
    train, validation = (batching.rows(each, options["batch_tokens"]) for each in data)
    world = int(os.environ.get("WORLD_SIZE", 1))
    made = SFTTrainer(
        model=model,
        args=arguments(folder, options, max(1, len(train) // world)),
        train_dataset=train,
        eval_dataset=validation,
        processing_class=tokenizer,
        data_collator=batching.Collator(tokenizer.pad_token_id),
        callbacks=[EarlyStoppingCallback(options["patience"]), told],
    )
    # What it prints would stand between the lines of JSON.
    made.remove_callback(PrinterCallback)
    return made


def last_checkpoint(folder):
    """The newest checkpoint that was written to its end, None where there is none."""
    whole = []
    for state in folder.glob("checkpoints/checkpoint-*/trainer_state.json"):
        try:
            whole.append((json.loads(state.read_text())["global_step"], str(state.parent)))
        except (ValueError, KeyError):
            continue
    return max(whole, default=(0, None))[1]


def run(folder):
    """Trains, and leaves the best adapter in the folder. Raises Ended where it can't."""
    config = json.loads((folder / "config.json").read_text())
    options = config["options"]
    telling.say("loading", base_model=config["base_model"])
    if options["gradient_checkpointing"]:
        process.give_memory_back()
    taken = telling.taken()
    tokenizer, model = load_base(config)
    own = sum(each.numel() * each.element_size() for each in model.parameters())
    texts = [read(folder / f"{split}.jsonl") for split in ("train", "validation")]
    data = [encoded(tokenizer, each, options["longest"]) for each in texts]
    lost = sum(map(len, texts)) - sum(map(len, data))
    if not all(data):
        raise Ended("too_long" if lost else "too_few")
    telling.say("data", train=len(data[0]), validation=len(data[1]), left_out=lost)

    model = with_adapter(model, options)
    trainable, total = model.get_nb_trainable_parameters()
    telling.say("parameters", trainable=trainable, base=total - trainable)
    told = telling.Telling(tokenizer, texts[1])
    learning = trainer(model, tokenizer, folder, options, data, told)
    checkpoint = last_checkpoint(folder)
    if checkpoint:
        telling.say("resumed", step=int(checkpoint.rpartition("-")[2]))
    learning.train(resume_from_checkpoint=checkpoint)
    if not math.isfinite(learning.state.best_metric or math.nan):
        raise Ended("diverged")
    revision = config.get("base_revision") or getattr(model.config, "_commit_hash", None) or ""
    keep(folder, model, learning, {**config, "base_revision": revision})
    best = {"best_loss": learning.state.best_metric, "best_step": learning.state.best_global_step}
    memory = {"base_bytes": own, "peak_bytes": telling.peak() - taken - own}
    telling.say("done", base_revision=revision, **best, **memory)


def keep(folder, model, learning, config):
    """Saves the best adapter, with what it is made of beside it; whole, or not at all."""
    if not learning.is_world_process_zero():
        return
    new, place = folder / "adapter.new", folder / "adapter"
    model.save_pretrained(new)
    best = {"best_loss": learning.state.best_metric, "best_step": learning.state.best_global_step}
    told = {**config, **best}
    (new / "training.json").write_text(json.dumps(told, indent=2, sort_keys=True) + "\n")
    if place.exists():
        place.rename(folder / f"adapter.{time.time_ns()}")
    new.rename(place)


# ---------------------------------------------------------------------------------------------
# The process: one a folder, ending with its worker


def main(argv):
    folder = Path(argv[0])
    if "--tethered" in argv:
        process.end_with_the_worker()
    process.once_a_gpu("tuning.train", argv, torch.cuda.device_count())
    try:
        with process.held(folder):
            run(folder)
    except Exception as error:
        ended = failures.of(error, folder)
        telling.say("failed", code=ended.code)
        if ended is not error:
            raise
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
