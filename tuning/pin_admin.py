"""Pins approved pairs: their answers are given word for word to their questions."""

from django.contrib import admin, messages
from django.db import transaction
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk import pinning
from helpdesk.errors import HelpdeskError
from helpdesk.prompts import NUMBERED
from knowledge.errors import KnowledgeError
from tuning.models import QAPair


class PinMixin:
    """The action "pin" of pairs, for those who may write curated answers."""

    def has_pin_permission(self, request):
        return request.user.has_perm("helpdesk.add_curatedanswer")

    @admin.action(description=_("Pin as a direct answer"), permissions=["pin"])
    def pin(self, request, queryset):
        for pair in queryset:
            try:
                row = pinned(pair, request.user)
            except (HelpdeskError, KnowledgeError) as error:
                told = gettext("“%(pair)s” is not pinned: %(error)s") % {
                    "pair": pair,
                    "error": error,
                }
                self.message_user(request, told, messages.WARNING)
            else:
                told = gettext(
                    "“{}” is answered word for word from now on. <a href='{}'>Look at it</a>"
                )
                self.message_user(request, format_html(told, pair, row.get_absolute_url()))


@transaction.atomic
def pinned(pair: QAPair, by):
    """The curated answer that a pair becomes; the one that it was before is written anew.

    What its team has added to that stays: other phrasings, its last day. Raises HelpdeskError where
    it can't become one.

    Its marks number the passages of a conversation, so the sources are named at the end instead.
    """
    # Two who pin one pair at a time do it one after the other.
    pair = QAPair.objects.select_for_update().get(pk=pair.pk)
    if pair.status != QAPair.Status.APPROVED:
        raise HelpdeskError(gettext("it is not approved."))
    before = pair.pinned
    if before and not by.has_perm("helpdesk.change_curatedanswer"):
        raise HelpdeskError(gettext("it is one already, and you may not change it."))
    kept = {"team": gettext("The help desk's team")}
    if before:
        kept = {"team": before.team, "expires_on": before.expires_on, "instead_of": before}
        kept["phrasings"] = list(before.phrasings.values_list("text", flat=True))
    row = pinning.pin(
        question=pair.question,
        answer=NUMBERED.sub("", pair.answer),
        sources=[(version, "") for version in pair.sources.order_by("pk")],
        by=by,
        **kept,
    )
    QAPair.objects.filter(pk=pair.pk).update(pinned=row)
    return row
