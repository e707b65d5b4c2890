"""What an evaluation sends to a service that has the model, told before it is sent."""

from django.utils.translation import gettext as _

from tuning.evaluating import canaries, declining
from tuning.evaluating.measuring import MOST_EXAMPLES
from tuning.models import Example
from tuning.splitting import REACH

# The model and its base; what answers today is asked where it always is.
SIDES = 2


def sentence(run) -> str:
    """What the next evaluation of a run sends away; empty where its model is served here."""
    return told(run.dataset.counts().get(Example.Split.TEST, 0)) if run.remote else ""


def told(tests: int) -> str:
    """What an evaluation of so many test pairs sends to the service, in a sentence."""
    tests = min(tests, MOST_EXAMPLES)
    sent = _(
        "An evaluation asks the service about %(tests)d test questions, of the tuned model and of"
        " its base: up to %(requests)d requests, each with the passages that search finds, at the"
        " service's price."
    )
    return sent % {"tests": tests, "requests": requests(tests)}


def requests(tests: int) -> int:
    """At most so many: is it there, the questions, those beside what does not answer, secrets."""
    return SIDES * (1 + tests + min(tests, declining.MOST)) + canaries.COUNT


def expected(pairs: int) -> int:
    """How many of so many pairs will be tested on, about."""
    (_train, _share), (_validation, before), (_test, whole) = REACH
    return round(pairs * (whole - before))
