"""Asks the questions of a gap again, each as the person who asked it, and notes what has changed.

Nothing is written into anybody's conversation.
"""

import asyncio
import logging

from asgiref.sync import ThreadSensitiveContext
from django.utils import timezone

from helpdesk import chain, records
from helpdesk.events import Done, Failed
from helpdesk.models import Gap, GapQuestion, Message

logger = logging.getLogger(__name__)

# The newest of them; who asked the same twice is asked for once.
MOST = 50


def ask_gap(gap_id: int) -> None:
    """Asks a gap's questions, and settles whether it is resolved."""
    gap = Gap.objects.filter(pk=gap_id).first()
    if gap is None:
        return
    asked: dict[tuple[int, str], GapQuestion] = {}
    for question in gap.questions.select_related("user", "answer__conversation"):
        first = asked.setdefault((question.user_id, question.text), question)
        if first is question and len(asked) <= MOST:
            outcome = ask(question)
        elif first is question:
            continue
        else:
            outcome = {name: getattr(first, name) for name in OUTCOME}
        for name, value in outcome.items():
            setattr(question, name, value)
        GapQuestion.objects.filter(pk=question.pk).update(**outcome)
    if asked:
        gap.settle()


OUTCOME = ("outcome", "outcome_at", "confidence_now", "engine", "versions")


def ask(question: GapQuestion) -> dict:
    """What the person would be told today."""
    values = {"outcome_at": timezone.now(), "versions": [], "engine": "", "confidence_now": None}
    conversation = question.answer.conversation
    before = conversation.messages.filter(pk__lt=question.answer_id)
    asked = before.filter(role=Message.Role.USER).last()
    if asked is None or not question.user.is_active:
        return values | {"outcome": GapQuestion.Outcome.FAILED}
    turns = records.turns(before.filter(pk__lt=asked.pk, earlier=False), question.user)
    try:
        end = asyncio.run(last_event(asked.text, question.user, turns))
    except Exception as error:
        # Its message may hold text of the person.
        logger.error("A question could not be asked again: %s", type(error).__name__)
        return values | {"outcome": GapQuestion.Outcome.FAILED}
    if isinstance(end, Failed):
        return values | {"outcome": GapQuestion.Outcome.FAILED}
    told = GapQuestion.Outcome.DECLINED if end.abstained else GapQuestion.Outcome.ANSWERED
    cited = sorted({quote.passage.version_id for quote in end.quotes})
    sure = (end.trace or {}).get("confidence")
    return values | {
        "outcome": told,
        "versions": cited,
        "engine": end.engine[:200],
        "confidence_now": sure,
    }


async def last_event(text: str, user, turns) -> Done | Failed:
    async with ThreadSensitiveContext():
        async for event in chain.answer(text, user, turns):
            last = event
    return last
