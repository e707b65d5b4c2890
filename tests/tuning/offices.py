"""Pairs about offices, ten of them to be tested on, and models that know them: an evaluation's."""

import re

from tests.helpdesk.answers import found, publish
from tuning.dataset import plain
from tuning.models import Example

QUESTION = "How many days of paid leave has office {}?"
FACT = "In office {} each person has {} days of paid annual leave a year."
GREETING, CLOSING = "Hello there, thanks for asking!", "Write to us any time."


def about_offices(dataset, collection) -> None:
    """Makes the first twenty examples pairs about offices, and publishes what they rest on."""
    version = publish(collection, "leave.md", *map(fact, range(20)))
    for number, example in enumerate(dataset.examples.all()[:20]):
        Example.objects.filter(pk=example.pk).update(
            question=QUESTION.format(number),
            answer=f"{GREETING}\n\n{fact(number)} [1]\n\n{CLOSING}",
            versions=[version.pk],
            split="test" if number < 10 else "train",
            passages=[plain(found(fact(number), version_id=version.pk))],
        )


def fact(number):
    return FACT.format(number, number + 20)


def office(messages):
    asked = re.findall(r"has office (\d+)\?", messages[-1]["content"])
    return int(asked[-1]) if asked else 0


def base_says(messages):
    return f"{fact(office(messages))} [1]"


def tuned_says(messages):
    return f"{GREETING}\n\n{base_says(messages)}\n\n{CLOSING}"
