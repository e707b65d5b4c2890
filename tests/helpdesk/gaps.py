"""Questions that the desk has declined, in conversations of their own."""

from helpdesk import gathering
from helpdesk.models import Conversation, Gap, Message

CANTEEN = "Is there a canteen in Cork?"


def declined(user, question=CANTEEN) -> Message:
    conversation = Conversation.objects.create(user=user, title=question)
    conversation.messages.create(role="user", text=question)
    return conversation.messages.create(role="assistant", text="Not found.", abstained=True)


def gathered(*people, question=CANTEEN) -> Gap:
    """The gap of a question that these people asked."""
    answers = [declined(person, question) for person in people]
    gathering.gather()
    return answers[-1].gap_question.gap
