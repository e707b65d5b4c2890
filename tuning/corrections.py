"""Answers of the chat, seen as what a pair may be made of."""

from django.db.models import Q

from helpdesk.models import Feedback, Message
from helpdesk.records import withheld
from knowledge.models import Version


def correctable(user, message_pk: int) -> Message | None:
    """The answer, where `user` may make a pair of it: their own, or one of their feedback inbox.

    Nobody reads another person's conversation here: one answer, with its question, and only after
    somebody rated it.
    """
    if not (user.is_active and user.is_staff and user.has_perm("tuning.add_qapair")):
        return None
    answers = Message.objects.filter(role=Message.Role.ASSISTANT, status=Message.Status.DONE)
    handed_on = Feedback.objects.visible_to(user).values("message")
    mine = answers.filter(Q(conversation__user=user) | Q(pk__in=handed_on), pk=message_pk)
    return None if withheld(mine, user) else mine.first()


def question_of(message) -> str:
    """The question that an answer of the chat answers, "" where there is none."""
    earlier = message.conversation.messages.filter(pk__lt=message.pk, role=Message.Role.USER)
    return earlier.values_list("text", flat=True).last() or ""


def drawn_on(message):
    """The versions that an answer cites, and what is restricted of all that it was shown.

    A model repeats without citing, so a pair must inherit the rights of both.
    """
    cited = Q(pk__in=message.citations.values("version"))
    shown = Q(pk__in=message.versions, document__collection__open_to_all=False)
    return Version.objects.filter(cited | shown).distinct()
