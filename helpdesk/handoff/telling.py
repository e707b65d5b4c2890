"""Queues what goes out of the house: the mail of a new hand-off, and a webhook for each change."""

from django.conf import settings

from helpdesk.models import Handoff
from helpdesk.models.handoffs import HandoffChange


def mail(handoff: Handoff) -> None:
    """Queued in the transaction of the hand-off: both are there, or neither."""
    from helpdesk.tasks import mail_handoff

    mail_handoff.defer(handoff_id=handoff.pk)


def webhook(change: HandoffChange) -> None:
    from helpdesk.tasks import post_handoff

    if settings.HANDOFF_WEBHOOK_URL:
        # One after the other: a system that follows the states gets them in their order.
        lock = f"handoff-{change.handoff_id}"
        post_handoff.configure(lock=lock).defer(change_id=change.pk)
