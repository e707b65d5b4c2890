"""Pure: how a run learns, as data. A preset is a whole set of options, each of them can be changed.

docs/tuning.md says what each option does and where the numbers come from.
"""

COMMON = {
    "targets": "all-linear",
    "dropout": 0.0,
    "schedule": "cosine",
    "warmup": 0.06,
    "weight_decay": 0.0,
    "batch_tokens": 1536,
    "longest": 2048,
    "evaluations_an_epoch": 2,
    "dora": False,
    "rslora": False,
    "four_bit": False,
    "seed": 17,
}
PRESETS = {
    "quick": {**COMMON, "rank": 8, "alpha": 16, "epochs": 3, "patience": 3},
    "standard": {**COMMON, "rank": 16, "alpha": 32, "epochs": 6, "patience": 4},
    "thorough": {
        **COMMON,
        "rank": 32,
        "alpha": 64,
        "epochs": 10,
        "patience": 6,
        "dropout": 0.05,
        "weight_decay": 0.01,
    },
}
DEFAULT = "standard"

# The rate that suits an adapter falls with the width of the model: at this width it is this.
RATE, WIDTH, FALL = 5e-4, 2000, 0.775
# From so many parameters on a model's activations are computed twice instead of kept.
SPARED_FROM = 100_000_000


def learning_rate(width: int) -> float:
    """The learning rate for an adapter on a model of this hidden size."""
    return float(f"{RATE * (WIDTH / width) ** FALL:.2g}")


def options(preset: str, width: int, parameters: int = 0, **changes) -> dict:
    """The options of a preset for a model of this width; what is None stays as it is.

    Of a large model no activations are kept: they would take more than the model itself.
    """
    chosen = {key: value for key, value in changes.items() if value is not None}
    fitted = {"learning_rate": learning_rate(width)}
    fitted["gradient_checkpointing"] = parameters >= SPARED_FROM
    return {**PRESETS[preset], **fitted, **chosen}
