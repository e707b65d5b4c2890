"""What a person is told of a training that ended before its end, and what to do about it."""

from django.utils.translation import gettext_lazy as _

ENDINGS = {
    "memory": _(
        "The memory was not enough. Halve the tokens of a batch, switch on “spare memory”, or "
        "choose a lower rank or a smaller base model."
    ),
    "diverged": _(
        "The loss ran away instead of falling, so nothing was kept. Start again with a third of "
        "the learning rate; if it happens again, look at the pairs."
    ),
    "disk": _(
        "The disk is full. Make room in the folder of VAR_DIR and start again; the engine that "
        "answers was not touched."
    ),
    "template": _(
        "The chat template of the base model renders a question otherwise once there is an answer "
        "to it, so training would show it what the chat never does. Choose another base model."
    ),
    "no_template": _("The base model has no chat template. Choose one that was made for chats."),
    "no_four_bit": _(
        "4-bit training takes an NVIDIA GPU and the library bitsandbytes; one of them is missing "
        "here. Start again without it."
    ),
    "no_model": _(
        "The base model could not be loaded. BASE_MODEL names a folder, or a model of the hub; "
        "without a way to the hub it has to be a folder."
    ),
    "too_long": _(
        "Every pair of a split is longer than the model may read. Raise the longest sequence, or "
        "shorten the answers."
    ),
    "too_few": _("The pairs are too few to leave some for validation. Approve more of them."),
    "busy": _(
        "Another process trains in the folder of this run. Wait for its end, then start again."
    ),
    "killed": _(
        "The training was killed from outside, most likely because the machine ran out of memory. "
        "Halve the tokens of a batch or choose a smaller base model."
    ),
    "error": _("The training ended in an error that nobody foresaw; the log below shows it."),
}


def sentence(code: str) -> str:
    """What a person is told of this end; of one that nobody foresaw, a general sentence."""
    return str(ENDINGS.get(code, ENDINGS["error"]))
