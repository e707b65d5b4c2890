"""The help desk's jobs of the worker."""

import logging
from contextlib import contextmanager

from django.core.management import call_command
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from helpdesk import asking_again, gathering, naming, pinning
from helpdesk.errors import HelpdeskError
from helpdesk.handoff import mail, webhook
from helpdesk.models import Conversation, Explanation, SignInTries

logger = logging.getLogger(__name__)

# Before documents, whose queue may be hours long: a person waits.
FIRST = 2
# Tried again after seconds, half a minute, two minutes, ten, an hour, four hours.
PATIENT = RetryStrategy(max_attempts=6, exponential_wait=5)


@app.periodic(cron="* * * * *")
@app.task(queue="documents", queueing_lock="curate", lock="curate")
def curate(timestamp: int) -> None:
    """Brings the curated answers up to a new index, and to documents that were read anew."""
    pinning.embed_anew()
    pinning.find_quotes_anew()
    gathering.embed_anew()


@app.periodic(cron="* * * * * */10")
@app.task(queue="documents", queueing_lock="gather", lock="gather", priority=FIRST)
def gather(timestamp: int) -> None:
    """Groups the questions that were declined of late."""
    gathering.gather()


@app.task(queue="documents", priority=FIRST)
def ask_gap_again(gap_id: int) -> None:
    """Asks the questions of a gap again."""
    asking_again.ask_gap(gap_id)


@app.periodic(cron="50 3 * * *")
@app.task(queue="documents", queueing_lock="forget", lock="forget")
def forget(timestamp: int) -> None:
    """Deletes what has been kept for as long as the settings say."""
    Explanation.objects.expired().delete()
    Conversation.objects.forget_expired()
    call_command("clearsessions")
    SignInTries.objects.forget()
    gathering.forget()


# After documents: a title can wait.
@app.task(queue="documents", priority=-2)
def name_conversation(conversation_id: int) -> None:
    """Asks the model for a conversation's title."""
    naming.name(conversation_id)


@app.task(queue="handoffs", priority=FIRST, retry=PATIENT)
def mail_handoff(handoff_id: int) -> None:
    """Tells those who answer of a new hand-off."""
    with heard("The mail of a hand-off"):
        mail.send(handoff_id)


@app.task(queue="handoffs", priority=FIRST)
def mail_asker(handoff_id: int) -> None:
    """Tells the asker of an answer that they have not seen."""
    mail.nudge(handoff_id)


@app.task(queue="handoffs", priority=FIRST, retry=PATIENT)
def post_handoff(change_id: int) -> None:
    """Tells the webhook of a change."""
    with heard("A change of a hand-off"):
        webhook.post(change_id)


@contextmanager
def heard(what: str):
    """Logs what did not go out: the last try, whose end the queue tells of, is hours away."""
    try:
        yield
    except Exception as error:
        # The message of another error may hold an address.
        why = error if isinstance(error, HelpdeskError) else type(error).__name__
        logger.warning("%s did not go out and may be tried again: %s", what, why)
        raise
