"""A question is taken: what may be asked now, and the rows that it opens. Synchronous."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Exists, Q
from django.utils.translation import gettext as _

from helpdesk import greetings, records, titles
from helpdesk.errors import HelpdeskError
from helpdesk.events import Turn
from helpdesk.models import Conversation, Handoff, Message
from helpdesk.records import Job
from knowledge import prepared
from knowledge.written import Written


@transaction.atomic
def ask(conversation_id: int | None, question: str, user, editing: int | None = None) -> Job:
    """Saves the question and an empty answer, in a new conversation where none is named.

    `editing` is an earlier question that this one replaces, with all that came after it. Raises
    HelpdeskError where the conversation is gone or not the user's, or can't take a question now.
    """
    if conversation_id is None:
        conversation_id = begin(question, user)
    conversation, begun = claim(conversation_id, user)
    if editing is not None:
        fold(conversation, Message.Role.USER, editing)
    turns = history(conversation, user) if begun else ()
    renamed = begun and not turns and name_after(conversation, question)
    keys = rows(conversation_id, question)
    return Job(conversation_id, *keys, question, turns, bool(editing), renamed)


@transaction.atomic
def again(answer_id: int, user) -> Job:
    """Opens a new answer to the question that `answer_id` has answered.

    Raises HelpdeskError as `ask` does, and where it is not the conversation's last answer.
    """
    found = Message.objects.visible_to(user).filter(pk=answer_id).only("conversation_id").first()
    if found is None:
        raise HelpdeskError(_("This answer is not there any more. Load the page again."))
    conversation, _begun = claim(found.conversation_id, user)
    fold(conversation, Message.Role.ASSISTANT, answer_id)
    standing = conversation.messages.filter(earlier=False)
    asked = standing.last()
    if asked is None or asked.role != Message.Role.USER:
        raise HelpdeskError(_("This answer has no question that could be asked again."))
    turns = history(conversation, user, before=asked.pk)
    answer = empty_answer(conversation)
    answer.save()
    conversation.save(update_fields=["updated_at"])
    return Job(conversation.pk, asked.pk, answer.pk, asked.text, turns, again=True)


def fold(conversation, role: str, message_id: int) -> None:
    """Folds away a message of `role` and what came after it, which is all between two.

    Raises HelpdeskError where it is not there, or a person has written after it.
    """
    after = conversation.messages.filter(earlier=False, pk__gte=message_id)
    found = list(after.values_list("pk", "role"))
    roles = [one for _pk, one in found]
    others = set(roles) - {Message.Role.USER, Message.Role.ASSISTANT}
    if found[:1] != [(message_id, role)] or others:
        raise HelpdeskError(_("This can't be asked again. Ask it as a new question."))
    if role == Message.Role.ASSISTANT and len(roles) > 1:
        raise HelpdeskError(_("Only the last answer can be made anew. Ask the question again."))
    after.update(earlier=True)


def empty_answer(conversation) -> Message:
    return Message(
        conversation=conversation, role=Message.Role.ASSISTANT, status=Message.Status.ANSWERING
    )


# The conversation and its person, held: they are one person's questions in their order.
HELD = Written(
    lambda pk, person: (
        Conversation.objects.visible_to(get_user_model()(pk=person))
        .filter(pk=pk)
        .select_related("user")
        .select_for_update(of=("self", "user"), no_key=True)
    ),
    int,
    int,
)
# Whether a person answers, in which conversations the asker waits, and whether anything was said.
STATE = Written(
    lambda pk, person: (
        Conversation.objects.filter(pk=pk)
        .order_by()
        .values_list(
            Exists(Handoff.objects.open().filter(conversation=pk)),
            ArraySubquery(waiting_in(person)),
            Exists(Message.objects.filter(conversation=pk)),
        )
    ),
    int,
    int,
)


def waiting_in(person: int):
    """The conversations in which a person waits for an answer."""
    rows = Message.objects.filter(conversation__user=person, status=Message.Status.ANSWERING)
    return rows.order_by().values("conversation_id")


def claim(conversation_id: int, user) -> tuple[Conversation, bool]:
    """The conversation, held until the transaction ends, as one that takes a question now; and
    whether anything was said in it.

    Raises HelpdeskError where it is gone, a person answers it, or `user` has answers enough in the
    making. One person's questions are taken one at a time, so that none slips past the bound.
    """
    held = HELD.objects(conversation_id, user.pk)
    if not held:
        raise HelpdeskError(_("This conversation is not there any more. Start a new one."))
    # Looked for once it is held: it may be handed over while this waits.
    ((handed, waiting, begun),) = STATE.rows(conversation_id, user.pk)
    if handed:
        raise HelpdeskError(
            _("A person answers this conversation. Write to them, or go back to the desk first.")
        )
    if waiting and records.cut_off_the_dead(Q(conversation__in=waiting)):
        waiting = in_the_making(user)
    if conversation_id in waiting:
        raise HelpdeskError(
            _("Your last question is still being answered. Wait for its end, then send this one.")
        )
    if len(waiting) >= settings.MAX_ANSWERS_PER_PERSON:
        raise HelpdeskError(
            _(
                "You have %(count)d questions that are still being answered. Wait for the end of"
                " one of them, then send this one."
            )
            % {"count": len(waiting)}
        )
    return held[0], begun


def in_the_making(user) -> list[int]:
    """The conversations in which the person waits for an answer."""
    return list(waiting_in(user.pk).values_list("conversation_id", flat=True))


# One statement for what takes the ORM two, and more than that to write them.
ROWS = """
WITH touched AS (
    UPDATE helpdesk_conversation SET updated_at = statement_timestamp() WHERE id = $1
)
INSERT INTO helpdesk_message (conversation_id, role, text, status, error, note, abstained, engine,
    timings_ms, verification, versions, earlier)
VALUES ($1, 'user', $2, 'done', '', '', false, '', '{}', '{}', '{}', false),
    ($1, 'assistant', '', 'answering', '', '', false, '', '{}', '{}', '{}', false)
RETURNING id
"""


def rows(conversation_id: int, question: str) -> list[int]:
    """The keys of the question and of its empty answer, which it makes."""
    with prepared.cursor() as cursor:
        cursor.execute(ROWS, [conversation_id, question])
        return [pk for (pk,) in cursor.fetchall()]


def begin(question: str, user) -> int:
    """A new conversation of `user`, named after its first question."""
    return Conversation.objects.create(user=user, title=titles.of(question)).pk


def name_after(conversation, question: str) -> bool:
    """Names a conversation that began with a courtesy after the first question that is none.

    Gives whether it did.
    """
    asked = conversation.messages.filter(role=Message.Role.USER).values_list("text", flat=True)
    first = asked.first() or ""
    named_by_it = greetings.recognised(first) and conversation.title == titles.of(first)
    if not named_by_it or greetings.recognised(question):
        return False
    conversation.change(title=titles.of(question))
    return True


def history(conversation, user, before: int | None = None) -> tuple[Turn, ...]:
    """The turns so far, or those `before` a message; no answer that quotes what the user may not
    read any more."""
    rows = conversation.messages.filter(earlier=False)
    return records.turns(rows.filter(pk__lt=before) if before else rows, user)
