"""Questions come in and are answered, each in a task of its own that outlives its socket."""

import asyncio
import logging
from collections.abc import Callable
from contextvars import Context
from functools import partial

import django.db
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from helpdesk import asking, greetings, precedence, records, stopping
from helpdesk.database import in_thread
from helpdesk.errors import HelpdeskError
from helpdesk.handoff import deeds
from helpdesk.line import line
from helpdesk.making import Answer
from helpdesk.models import Engine
from helpdesk.records import Job
from knowledge import embeddings, indexes
from knowledge.embeddings import Asked
from knowledge.errors import KnowledgeError

logger = logging.getLogger(__name__)

UNREACHABLE = _("The database can't be reached just now. Send your question again in a moment.")


class UnreachableError(HelpdeskError):
    """The database is away."""


# Keeps the tasks alive, and tells a socket that connects later what has come so far.
_running: dict[int, Answer] = {}


async def start(
    conversation_id: int | None,
    question: str,
    user,
    editing: int | None = None,
    anew: Callable | None = None,
):
    """Saves the question, begins to answer it, and gives the conversation, a new one for None.

    Where the conversation was handed to a person, the question goes to them instead.

    `editing` is an earlier question that it replaces. `anew` gives the user as of now, on the same
    way to the database, and may raise what it will. Raises HelpdeskError with a sentence where the
    question can't be taken now.
    """
    now = anew or (lambda: user)
    try:
        ahead = embedded_ahead(question)
        return await begin(
            now, ahead, lambda asker: asking.ask(conversation_id, question, asker, editing)
        )
    except UnreachableError:
        raise
    except HelpdeskError:
        # What the desk can't take now, a person may: they need no place in the line.
        if conversation_id and not editing and await heard(conversation_id, question, now):
            return conversation_id
        raise


async def heard(conversation_id: int, question: str, now: Callable) -> bool:
    """Whether a person takes the question. Raises HelpdeskError as `start` does."""
    return await in_database(lambda: deeds.hear(conversation_id, question, now()))


async def in_database(function, *args):
    """What `function` gives, in a thread. Raises UnreachableError where the database is away."""
    try:
        return await in_thread(function)(*args)
    except django.db.Error as error:
        logger.error("A question could not be saved: %s", type(error).__name__)
        raise UnreachableError(UNREACHABLE) from error


async def again(answer_id: int, user) -> int:
    """Begins to answer the question of an answer once more; gives the conversation.

    Raises HelpdeskError as `start` does.
    """
    return await begin(lambda: user, None, partial(asking.again, answer_id))


def embedded_ahead(question: str) -> asyncio.Future[Asked | None] | None:
    """Has the question embedded while its rows are written, where nobody else needs the time."""
    turns = precedence.here()
    if not turns.idle:
        return None
    # Of questions that come in one moment the first alone finds nobody at work.
    turns.free -= 1
    ahead = embedded(question)
    ahead.add_done_callback(lambda _: turns.pass_on())
    return ahead


@in_thread
def embedded(question: str) -> Asked | None:
    """The question with its vector; None where that fails: the search will tell why.

    None with an endpoint too: what is written may be for a person, and would leave this machine.
    And None for a courtesy, for which nothing is searched.
    """
    if greetings.recognised(question):
        return None
    try:
        model = indexes.active().model
        return None if model.startswith(embeddings.ENDPOINT) else embeddings.asked(question, model)
    except (KnowledgeError, django.db.Error, ValueError):
        return None


async def begin(now: Callable, ahead: asyncio.Future | None, take: Callable) -> int:
    """Begins the answer to the job that `take` gives for the user whom `now` gives; its question
    may be embedded `ahead`."""
    line.check()
    stopping.listen(stop_here)
    user, job, engine = await in_database(taken, now, take)
    answer = _running[job.answer_id] = Answer(job, user, engine, ahead)
    records.making.add(job.answer_id)
    # A blank context: the one of a request or a socket ends before the answer does.
    answer.task = asyncio.create_task(answer.run(), context=Context())
    answer.task.add_done_callback(lambda task: forget(answer))
    return job.conversation_id


def taken(now: Callable, take: Callable) -> tuple[AbstractBaseUser, Job, Engine]:
    """Who asks, the job and who answers it: one way to the database for all three."""
    user = now()
    engine = Engine.for_user(user)
    return user, take(user), engine


def forget(answer: Answer) -> None:
    line.leave(answer.place)
    del _running[answer.job.answer_id]
    records.making.discard(answer.job.answer_id)


async def stop(answer_id: int, user) -> bool:
    """Stops an answer in the making, in whichever process; False where it is not the user's."""
    marked = await in_thread(records.stop)(answer_id, user)
    if marked and not stop_here(answer_id):
        await stopping.tell(answer_id)
    return marked


def stop_here(answer_id: int) -> bool:
    """Stops an answer of this process; False where another makes it, or none."""
    if answer := _running.get(answer_id):
        answer.stop()
    return answer is not None


def picture(answer_id: int) -> tuple[int, str] | None:
    """What has come of an answer that this process makes: its number of characters, a fragment."""
    answer = _running.get(answer_id)
    return (len(answer.text), answer.picture()) if answer else None
