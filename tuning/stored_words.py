"""What workers have stored of runs, evaluations and engines, in the reader's language."""

import re

from django.utils.translation import gettext

from knowledge import error_words
from knowledge.said_anew import said_anew
from tuning.evaluating import gates

HELD_BACK = "Not all gates hold. %(gates)s"
FORMS = (
    "“%(engine)s” does not answer.",
    "%(run)s has left no adapter.",
    "The files of %(adapter)s were changed or deleted since it was made.",
    "The tuned model could not be written: %(reason)s.",
    "The adapter could not be merged into its base model: %(reason)s",
    "vLLM can't be reached at SERVING_URL (%(kind)s).",
    "The job failed at the service. %(reason)s",
    "%(down)d of %(answers)d answers were found not helpful.",
    "%(wrong)d of %(citations)d citations could not be verified.",
)
LOG = (
    "The dataset is frozen: %(hash)s.",
    "%(train)d lines to train on, %(validation)d to validate, %(test)d to test.",
    "Loading the base model.",
    "%(train)d examples to train on, %(validation)d to validate, %(left_out)d too long.",
    "Goes on from step %(step)d.",
    "Step %(step)d: validation loss %(eval_loss).4f.",
    "Step %(step)d: checkpoint saved.",
    "Done: the best adapter is kept.",
    "The service took the job %(job)s.",
    "The service made the model %(model)s.",
)
SENTENCE_END = re.compile(r"(?<=[.]) ")


def in_words(kept: str) -> str:
    """A stored sentence in the active language; as it is kept where it is not known."""
    found = said_anew(kept, (HELD_BACK,), gates_said)
    if found == kept:
        found = said_anew(kept, FORMS)
    return found if found != kept else error_words.said(kept)


def log_in_words(kept: str) -> str:
    """A run's log in the active language; what its process printed itself stays as it is."""
    return "\n".join(said_anew(line, LOG) for line in kept.split("\n"))


def gates_said(kept: str) -> str:
    """The sentences of several gates, one after the other; some have two sentences."""
    parts, told = SENTENCE_END.split(kept), []
    while parts:
        ways = [(n, " ".join(parts[:n])) for n in (1, 2)]
        known = ((n, gates.in_words(text)) for n, text in ways if gates.in_words(text) != text)
        count, text = next(known, (1, gettext(parts[0])))
        told.append(text)
        parts = parts[count:]
    return " ".join(told)
