"""Reviews: owners are told by mail, once each, which documents they shall look at again."""

from smtplib import SMTPException

from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from knowledge.mails import in_their_language
from knowledge.models import Document

# Nobody is told before this hour of the day.
MORNING = 7


def remind() -> int:
    """Mails every owner the documents that are due, where one of them is new. Gives how many mails.

    One mail a person; an address that is refused stops no other. Raises what the mail server
    answered last; who was told by then is not told again.
    """
    now = timezone.localtime()
    if now.hour < MORNING:
        return 0
    today = now.date()
    unheard = Document.objects.due_for_review(today).filter(reminded_on__isnull=True)
    owners = (
        get_user_model()
        .objects.filter(pk__in=unheard.values("owner"), is_active=True)
        .exclude(email="")
    )
    told, refused = 0, None
    for owner in owners:
        try:
            told += tell(owner, today)
        except (SMTPException, OSError) as error:
            refused = error
    if refused:
        raise refused
    return told


def tell(owner, today) -> bool:
    """Mails one owner; nothing where the documents are no longer theirs to read."""
    due = Document.objects.due_for_review(today).filter(owner=owner).visible_to(owner)
    found = list(due.order_by("review_on", "name").select_related("collection"))
    if all(document.reminded_on for document in found):
        return False
    with in_their_language():
        send_mail(subject(len(found)), body(found), None, [owner.email])
    Document.objects.filter(pk__in=[one.pk for one in found]).update(reminded_on=today)
    return True


def subject(count: int) -> str:
    """What the mail is about, in the active language."""
    several = _("%(count)d documents are due for review") % {"count": count}
    return _("One document is due for review") if count == 1 else several


def body(documents: list[Document]) -> str:
    """The documents, each in a line of its own, and what to do, in the active language."""
    line = _("- %(name)s (%(collection)s), since %(day)s")
    lines = [
        line
        % {
            "name": one.name,
            "collection": one.collection,
            "day": date_format(one.review_on, _("j F Y")),
        }
        for one in documents
    ]
    asked = _(
        "You look after these documents of the help desk. Please see whether they still hold:"
    )
    todo = _(
        "If one does, mark it as reviewed on its page; if not, upload a new version or withdraw it."
    )
    return "\n\n".join([asked, "\n".join(lines), todo])
