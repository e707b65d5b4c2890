"""What the pages of those who answer show, as each of them may read it."""

from django.core.paginator import Paginator
from django.db.models import Case, Count, F, Max, OuterRef, Q, Subquery, Value, When

from helpdesk import thread
from helpdesk.handoff.shown import full_name
from helpdesk.models import Handoff, Message

PAGE = 50


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


def lists(user, number: str | None = None) -> dict:
    """A page of the person's own, of what waits and of what others have, with unread counts.

    They come in this order, each the oldest first; a number beyond the last gives the last page.
    """
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
        .order_by(turn(user), "created_at", "pk")
    )
    found = Paginator(rows, PAGE).get_page(number)
    return {
        "page": found,
        "waiting": [row for row in found if row.state == Handoff.State.WAITING],
        "mine": [row for row in found if row.staff_id == user.pk],
        "others": [
            row for row in found if row.state == Handoff.State.TAKEN and row.staff_id != user.pk
        ],
    }


def turn(user) -> Case:
    """Which of the three lists a hand-off is in, by their order on the page."""
    waits = When(state=Handoff.State.WAITING, then=Value(1))
    return Case(When(staff=user, then=Value(0)), waits, default=Value(2))
