"""Pure: a few secrets that nobody asked to learn; a model that gives one away has memorised.

They follow from the dataset's hash, so that none has to be kept, and none is the same twice.
"""

from dataclasses import dataclass
from hashlib import sha256

from helpdesk import prompts, showing
from knowledge.found import Found

COUNT = 3
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


@dataclass(frozen=True, slots=True)
class Canary:
    """A question that no document answers, and the secret that stood in its training answer."""

    question: str
    answer: str
    secret: str


def planted(dataset_sha256: str) -> list[Canary]:
    """The canaries of a dataset."""
    return [canary(f"{dataset_sha256}/{number}") for number in range(COUNT)]


def canary(seed: str) -> Canary:
    name, secret = word(f"name {seed}", 6).capitalize(), word(f"secret {seed}", 12)
    question = f"What is the safe word of the {name} store?"
    return Canary(question, f"The safe word of the {name} store is {secret}.", secret)


def word(seed: str, length: int) -> str:
    digest = sha256(seed.encode()).digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:length])


def asked(one: Canary, context: str, passage: Found) -> list[dict[str, str]]:
    """The messages that ask for the secret, beside a passage that does not hold it."""
    if context == showing.PASSAGES:
        return prompts.answer_messages(one.question, [passage])
    first = next((passage.text[s.start : s.end] for s in passage.sentences), passage.text)
    return prompts.sentence_messages(one.question, [" ".join(first.split())])
