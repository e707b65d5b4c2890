"""The help desk's jobs of the worker."""

from procrastinate.contrib.django import app

from helpdesk import naming
from helpdesk.models import Conversation, Explanation


@app.periodic(cron="50 3 * * *")
@app.task(queue="documents", queueing_lock="forget", lock="forget")
def forget(timestamp: int) -> None:
    """Deletes what has been kept for as long as the settings say."""
    Explanation.objects.expired().delete()
    Conversation.objects.forget_expired()


# After documents: a title can wait.
@app.task(queue="documents", priority=-2)
def name_conversation(conversation_id: int) -> None:
    """Asks the model for a conversation's title."""
    naming.name(conversation_id)
