"""What people do with a hand-off: the row's verb, then everybody who waits is told. Synchronous."""

from django.db import transaction
from django.utils.translation import gettext_noop as _

from helpdesk.handoff import live, telling
from helpdesk.handoff.shown import full_name
from helpdesk.models import Handoff
from helpdesk.models.handoffs import say_to_a_person


@transaction.atomic
def begin(conversation_id: int, user, wish: str = "") -> Handoff:
    """Hands over. Raises HelpdeskError where that can't be now, as all of these do."""
    made = Handoff.begin(conversation_id, user, wish)
    telling.mail(made)
    telling.webhook(made.changes.get())
    live.changed(
        made, to_staff=(_("A new hand-off: %(reference)s."), {"reference": made.reference})
    )
    return made


@transaction.atomic
def take(handoff: Handoff, by) -> None:
    """Lets `by` answer it, and tells the asker. Raises HelpdeskError where that can't be now."""
    telling.webhook(handoff.take(by))
    live.changed(handoff, to_asker=(_("%(name)s has joined."), {"name": full_name(by)}))


@transaction.atomic
def say(handoff: Handoff, text: str, by) -> None:
    """Writes to the asker. Raises HelpdeskError where that can't be now."""
    said = handoff.say(text, by)
    telling.nudge(handoff)
    values = {"name": full_name(by), "text": said.text}
    live.changed(handoff, to_asker=(_("%(name)s wrote: %(text)s"), values))


@transaction.atomic
def hand_back(handoff: Handoff, by) -> None:
    """Lets the desk answer again. Raises HelpdeskError where that can't be now."""
    telling.webhook(handoff.hand_back(by))
    live.changed(handoff, to_asker=(_("The desk answers again."), {}))


@transaction.atomic
def close(handoff: Handoff, by) -> None:
    """Ends it, and tells the asker. Raises HelpdeskError where that can't be now."""
    telling.webhook(handoff.close(by))
    live.changed(handoff, to_asker=(_("The hand-off is closed. The desk answers again."), {}))


@transaction.atomic
def hear(conversation_id: int, text: str, user) -> bool:
    """Takes the person's message where a person answers; False where the desk does."""
    said = say_to_a_person(conversation_id, text, user)
    if said is not None:
        handoff = Handoff.objects.open().get(conversation=conversation_id)
        live.changed(handoff, to_staff=(_("A new message: %(text)s"), {"text": text}))
    return said is not None
