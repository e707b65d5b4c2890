"""Queues what goes out of the house: the mail of a new hand-off, and a webhook for each change."""

from contextlib import suppress

from django.conf import settings
from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from helpdesk.models import Handoff
from helpdesk.models.handoffs import HandoffChange

# Who has not been shown an answer after so long is told of it by mail.
AWAY_MINUTES = 5


def mail(handoff: Handoff) -> None:
    """Queued in the transaction of the hand-off: both are there, or neither."""
    from helpdesk.tasks import mail_handoff

    mail_handoff.defer(handoff_id=handoff.pk)


def nudge(handoff: Handoff) -> None:
    """Looks in a while whether the asker has seen what was answered; one look at a time waits."""
    from helpdesk.tasks import mail_asker

    waiting = f"nudge-{handoff.pk}"
    job = mail_asker.configure(queueing_lock=waiting, schedule_in={"minutes": AWAY_MINUTES})
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(handoff_id=handoff.pk)


def webhook(change: HandoffChange) -> None:
    """Queues a change for the address that the settings name, where they name one."""

    from helpdesk.tasks import post_handoff

    if settings.HANDOFF_WEBHOOK_URL:
        # One after the other: a system that follows the states gets them in their order.
        lock = f"handoff-{change.handoff_id}"
        post_handoff.configure(lock=lock).defer(change_id=change.pk)
