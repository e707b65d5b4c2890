"""The loss of a base model, with and without an adapter, on the test lines. No Django in it.

`python -m tuning.evaluating.losses FOLDER` prints JSON: the mean loss a token of the answers.
"""

import json
import sys
from pathlib import Path


def losses(folder: Path) -> dict[str, float | None]:
    """The mean negative log-likelihood, in nats a token, of both; None without test lines."""
    from tuning import dora, train

    config = json.loads((folder / "config.json").read_text())
    tokenizer, base = train.load_base(config)
    longest = config["options"]["longest"]
    lines = train.encoded(tokenizer, train.read(folder / "test.jsonl"), longest)
    if not lines:
        return {"base": None, "candidate": None}
    found = {"base": mean_loss(base, lines)}
    tuned = dora.with_trained(base, folder / "adapter")
    return found | {"candidate": mean_loss(tuned, lines)}


def mean_loss(model, lines: list[dict]) -> float:
    import torch

    model.eval()
    total = tokens = 0
    with torch.inference_mode():
        for line in lines:
            ids = torch.tensor([line["input_ids"]], device=model.device)
            labels = torch.tensor([line["labels"]], device=model.device)
            count = int((labels[:, 1:] != -100).sum())
            total += float(model(input_ids=ids, labels=labels).loss) * count
            tokens += count
    return total / tokens


if __name__ == "__main__":
    sys.stdout.write(json.dumps(losses(Path(sys.argv[1]))) + "\n")
