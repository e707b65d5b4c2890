"""What the pages of those who answer show, as each of them may read it."""

from django.db.models import Count, F, Max, OuterRef, Q, Subquery

from helpdesk import thread
from helpdesk.handoff.shown import full_name
from helpdesk.models import Handoff, Message


def page(handoff: Handoff, user) -> dict:
    """What the page of a hand-off shows; of one that has ended no message any more."""
    context = {"handoff": handoff, "mine": handoff.staff_id == user.pk}
    context["changes"] = handoff.changes.select_related("by")
    if not handoff.is_open:
        return context
    if context["mine"]:
        last = handoff.conversation.messages.aggregate(last=Max("pk"))["last"]
        handoff.see(last or 0)
    asker = handoff.conversation.user
    messages = thread.messages(handoff.conversation, user)
    return context | {
        "thread": [one for one in messages if one["role"] != thread.EARLIER],
        "asker": asker,
        "asker_name": full_name(asker),
    }


def lists(user) -> dict:
    """What waits and what is the person's own, each the oldest first, with unread counts."""
    asked = Message.objects.filter(
        conversation=OuterRef("conversation"), role=Message.Role.USER
    ).order_by("-pk")
    unread = Count(
        "conversation__messages",
        filter=Q(
            conversation__messages__role=Message.Role.USER,
            conversation__messages__pk__gt=F("seen"),
        ),
    )
    rows = (
        Handoff.objects.answered_by(user)
        .open()
        .select_related("conversation__user", "staff")
        .annotate(unread=unread, last=Subquery(asked.values("text")[:1]))
        .order_by("created_at", "pk")
    )
    found = list(rows)
    return {
        "waiting": [row for row in found if row.state == Handoff.State.WAITING],
        "mine": [row for row in found if row.staff_id == user.pk],
        "others": [
            row for row in found if row.state == Handoff.State.TAKEN and row.staff_id != user.pk
        ],
    }
