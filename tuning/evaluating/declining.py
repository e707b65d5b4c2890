"""Whether a model declines what nothing answers: test questions beside the passages that do not."""

from collections.abc import Sequence

from helpdesk import prompts, showing
from helpdesk.models import Engine
from tuning.dataset import answers, passage
from tuning.evaluating.asking import Asker
from tuning.models import Example

MOST = 12


def declined(ask: Asker, engine: Engine, examples: Sequence[Example]) -> float | None:
    """The share that the bare model declines; None where the chat would not ask it at all.

    An engine that is shown chosen sentences is asked only where there are some.
    """
    if engine.context != showing.PASSAGES:
        return None
    asked = [messages for one in examples if (messages := unanswerable(one))][:MOST]
    said = [ask.said(engine, messages) for messages in asked]
    return sum(map(prompts.says_not_found, said)) / len(said) if said else None


def unanswerable(example: Example) -> list[dict[str, str]]:
    """The question beside its distractors alone; nothing where there are none."""
    if not example.versions:
        return []
    found = [passage(held) for held in example.passages]
    others = [one for one in found if not answers(one, example)]
    return prompts.answer_messages(example.question, others) if others else []
