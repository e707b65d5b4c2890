"""What a thread shows of its hand-offs, in plain values: notices, and what people wrote."""

from django.contrib.auth import get_user_model

from helpdesk.models import Handoff, Message
from helpdesk.models.handoffs import PERMISSION

NOTICE = "notice"


def full_name(user) -> str:
    """What a person is called: the full name where there is one, else the user name."""
    return user.get_full_name() or user.get_username()


def people():
    """The active accounts that answer hand-offs."""
    found = get_user_model().objects.with_perm(
        PERMISSION, backend="django.contrib.auth.backends.ModelBackend"
    )
    return found.filter(is_active=True).order_by("first_name", "username")


def state_of(conversation) -> Handoff | None:
    """The open hand-off of a conversation."""
    return conversation.handoffs.open().select_related("staff").first()


def notices(conversation) -> list[dict]:
    """What is told in the thread of its hand-offs: each state, and after which message."""
    rows = conversation.handoffs.values_list(
        "reference", "changes__state", "changes__by", "changes__after", "changes__at"
    )
    names = names_of({row[2] for row in rows})
    owner = conversation.user_id
    return [
        {
            "role": NOTICE,
            "reference": reference,
            "state": state,
            "name": names.get(by, ""),
            "mine": by == owner,
            "after": after,
            "at": at,
        }
        for reference, state, by, after, at in rows.order_by("changes__pk")
        if state
    ]


def names_of(pks: set) -> dict[int, str]:
    users = get_user_model().objects.filter(pk__in=pks - {None})
    return {user.pk: full_name(user) for user in users}


def seen_by_asker(conversation, messages: list[dict]) -> None:
    """Notes that the asker has been shown these, where the conversation was ever handed over."""
    if any(one["role"] == NOTICE for one in messages):
        last = max((first_of(one) for one in messages if one["role"] != NOTICE), default=0)
        conversation.handoffs.filter(asker_seen__lt=last).update(asker_seen=last)


def with_notices(messages: list[dict], told: list[dict]) -> list[dict]:
    """The thread with each notice behind the message it came after."""
    merged, waiting = [], list(told)
    for message in messages:
        while waiting and waiting[0]["after"] < first_of(message):
            merged.append(waiting.pop(0))
        merged.append(message)
    return [*merged, *waiting]


def first_of(message: dict) -> int:
    return message["pk"] if "pk" in message else message["thread"][0]["pk"]


def staff_message(message: Message) -> dict:
    """One answer of a person. Its text is a person's: no Markdown, no citations."""
    return {
        "pk": message.pk,
        "role": message.role,
        "text": message.text,
        "name": full_name(message.author) if message.author else "",
        "conversation": message.conversation_id,
        "earlier": message.earlier,
        "at": message.created_at,
    }
