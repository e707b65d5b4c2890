"""What of a conversation goes along by mail and webhook.

A mailbox has no rights: an answer goes along only where everybody may read all that it draws on.
Whoever answers reads the rest on the page, as far as they themselves may.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from helpdesk import records
from helpdesk.handoff.shown import full_name
from helpdesk.models import Handoff, Message
from knowledge.models import Version


@dataclass(frozen=True, slots=True)
class Said:
    """One message; `text` is None where it stays in the house."""

    role: str
    name: str
    text: str | None


def transcript(handoff: Handoff, until: int) -> list[Said]:
    """The messages up to `until`; nothing once it has ended, or its conversation is gone."""
    if not handoff.is_open:
        return []
    rows = handoff.conversation.messages.filter(pk__lte=until, earlier=False)
    closed = not_for_all(rows)
    asker = full_name(handoff.conversation.user)
    return [
        Said(
            message.role,
            name_of(message, asker),
            None if message.pk in closed else message.text,
        )
        for message in rows.select_related("author")
        if message.text
    ]


def name_of(message: Message, asker: str) -> str:
    if message.role == Message.Role.USER:
        return asker
    return full_name(message.author) if message.author else _("Help desk")


def not_for_all(messages) -> set[int]:
    """Those of `messages` that draw on a document which not everybody may read."""
    drawn = records.drawn_from(messages)
    versions = {version for found in drawn.values() for version in found}
    open_to_all = set(
        Version.objects.filter(pk__in=versions, document__collection__open_to_all=True).values_list(
            "pk", flat=True
        )
    )
    return {pk for pk, found in drawn.items() if set(found) - open_to_all}
