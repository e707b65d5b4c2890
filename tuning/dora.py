"""DoRA on a layer with rows of zeros, as pruned models and the demo's have.

DoRA divides each row of the weights by its length. PEFT does so with a row of zeros, too, whose
quotient is no number, and neither is the first loss.
"""

from peft import PeftModel
from peft.tuners.lora.dora import DoraLinearLayer

LEAST = 1e-6
_length = DoraLinearLayer.get_weight_norm


def _no_zero(self, *args, **kwargs):
    return _length(self, *args, **kwargs).clamp_min(LEAST)


def allow_zero_rows():
    """From now on PEFT takes no row for shorter than LEAST: a row of zeros says what it said."""
    DoraLinearLayer.get_weight_norm = _no_zero


def with_trained(model, adapter):
    """`model` with the adapter that lies in the folder `adapter` on it."""
    allow_zero_rows()
    return PeftModel.from_pretrained(model, str(adapter))
