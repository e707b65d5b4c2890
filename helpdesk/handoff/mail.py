"""The mail that tells those who answer of a new hand-off."""

import logging
from smtplib import SMTPException
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage, get_connection, send_mail
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.handoff.shown import full_name, people
from helpdesk.handoff.transcript import Said, transcript
from helpdesk.models import Conversation, Handoff
from helpdesk.starting import address
from knowledge.mails import in_their_language

logger = logging.getLogger(__name__)


def recipients(handoff: Handoff) -> list[str]:
    """HANDOFF_EMAIL, else everybody who may answer it and has an address."""
    if settings.HANDOFF_EMAIL:
        return [settings.HANDOFF_EMAIL]
    others = people().exclude(pk=handoff.conversation.user_id)
    return list(others.exclude(email="").values_list("email", flat=True))


def send(handoff_id: int) -> None:
    """Mails each of them by themselves, once; an address that is refused stops no other.

    Raises what the mail server answers where nobody could be told, to be tried again.
    """
    handoff = Handoff.objects.filter(pk=handoff_id, mailed_at=None).first()
    if handoff is None or not handoff.is_open:
        return
    to, refused = recipients(handoff), []
    with get_connection() as connection:
        for one in to:
            try:
                with in_their_language():
                    mail = message(handoff, one)
                connection.send_messages([mail])
            except (SMTPException, OSError) as error:
                refused.append(error)
    if refused and len(refused) == len(to):
        raise refused[0]
    for error in refused:
        # Tried again it would reach the others twice. Its message may hold the address.
        logger.error("A mail of a hand-off was refused: %s", type(error).__name__)
    Handoff.objects.filter(pk=handoff_id).update(mailed_at=timezone.now())


def nudge(handoff_id: int) -> None:
    """Tells the asker that an answer waits, without a word of it: a mailbox has no rights."""
    handoff = Handoff.objects.filter(pk=handoff_id).first()
    if handoff is None or not handoff.unseen_by_asker():
        return
    asker = handoff.conversation.user
    if not (asker.email and asker.is_active):
        return
    link = address_of(handoff.conversation)
    with in_their_language():
        subject = _("%(reference)s: you have an answer") % {"reference": handoff.reference}
        body = _("Read it in the help desk:") + f"\n{link}\n"
    send_mail(subject, body, None, [asker.email])


def message(handoff: Handoff, to: str) -> EmailMessage:
    asker = handoff.conversation.user
    subject = _("%(reference)s: %(name)s asks for a person") % {
        "reference": handoff.reference,
        "name": full_name(asker),
    }
    reply_to = [asker.email] if asker.email else None
    # The reference may be looked for by a mail program; a subject has one line.
    return EmailMessage(" ".join(subject.split()), body(handoff), None, [to], reply_to=reply_to)


def body(handoff: Handoff) -> str:
    change = handoff.changes.first()
    parts = [
        _("Answer it in the help desk:") + f"\n{address_of(handoff)}",
        *map(told, transcript(handoff, change.after)),
    ]
    return "\n\n".join(parts) + "\n"


def told(said: Said) -> str:
    closed = _("(This answer draws on documents that not everybody may read. Read it there.)")
    return f"{said.name}:\n{closed if said.text is None else said.text}"


def address_of(shown: Handoff | Conversation) -> str:
    """The whole address of a page, for somebody who reads of it elsewhere."""
    return urljoin(settings.SITE_URL or address(), shown.get_absolute_url())
