"""What a run will take, told before it starts: seconds, memory, parameters.

Training costs about six floating-point operations for each parameter and token, four where the
base is frozen. How many of them a second this installation does is taken from its last finished
run; before there is one, it is assumed, and so are the bytes of the activations.
"""

from dataclasses import asdict, dataclass

from helpdesk.showing import PASSAGES, SENTENCES
from tuning import sizes
from tuning.dataset import DECLINED_PERCENT
from tuning.models import Run

OPERATIONS = 4
# Activations that were not kept are computed a second time: another forward pass.
SPARED_OPERATIONS = 6
# Of two cores with AVX512-BF16 that do nothing else, evaluations included; beside other work it is
# far less. docs/tuning.md has the run that it was measured on.
CORES_RATE = 1.2e11
STARTUP_SECONDS = 15
CHARACTERS_A_TOKEN = 3.6
# What stands around a question and its answer, in tokens; and how many such lines a pair becomes:
# chosen sentences come as others and, longer, scrambled too.
AROUND = {SENTENCES: 120, PASSAGES: 1500}
LINES = {SENTENCES: 3.55, PASSAGES: 1 + DECLINED_PERCENT / 100}
# Bytes of activations for each token, layer and unit of width; where only layers' inputs are kept.
ACTIVATION_BYTES, SPARED_BYTES = 60, 6
ADAPTER_BYTES = 16
BYTES = 2


@dataclass(frozen=True, slots=True)
class Estimate:
    """`above_bytes` comes on top of the base model's own; `calibrated` by an earlier run here."""

    trainable: int
    parameters: int
    tokens: int
    seconds: float
    base_bytes: int
    above_bytes: int
    calibrated: bool

    @property
    def share(self) -> float:
        return self.trainable / self.parameters

    def as_dict(self) -> dict:
        return asdict(self)


def estimate(base_model: str, options: dict, texts: list[tuple[str, str]], context: str):
    """The estimate for pairs of these questions and answers; None for a model not yet here.

    Raises TuningError for a folder that holds no model.
    """
    size = sizes.size_of(base_model)
    if size is None:
        return None
    lengths = (tokens_of(q, a) + AROUND[context] for q, a in texts)
    tokens = LINES[context] * sum(min(length, options["longest"]) for length in lengths)
    all_tokens = int(tokens * options["epochs"])
    rate, calibrated = measured()
    trainable = size.adapter(options["rank"], options["dora"])
    seconds = STARTUP_SECONDS + operations(options) * size.parameters * all_tokens / rate
    return Estimate(
        trainable,
        size.parameters,
        all_tokens,
        seconds,
        size.parameters * BYTES,
        above(size, options, trainable),
        calibrated,
    )


def operations(options: dict) -> int:
    """The operations for each parameter and token."""
    return SPARED_OPERATIONS if options["gradient_checkpointing"] else OPERATIONS


def tokens_of(question: str, answer: str) -> int:
    return int((len(question) + len(answer)) / CHARACTERS_A_TOKEN)


def above(size: sizes.Size, options: dict, trainable: int) -> int:
    """The bytes above the base: the adapter with its optimiser, and a batch's activations."""
    each = SPARED_BYTES if options["gradient_checkpointing"] else ACTIVATION_BYTES
    batch = max(options["batch_tokens"], options["longest"] // 2)
    return trainable * ADAPTER_BYTES + batch * size.width * size.layers * each


def measured() -> tuple[float, bool]:
    """Operations a second, and whether they were measured on a run of this installation."""
    done = Run.objects.filter(state=Run.State.DONE, trainer=Run.Trainer.LOCAL)
    last = done.exclude(tokens_per_second=0).exclude(total_parameters=None).first()
    if last is None:
        return CORES_RATE, False
    return operations(last.options) * last.total_parameters * last.tokens_per_second, True
