"""Pins approved pairs: their answers are given word for word to their questions."""

from django.contrib import admin, messages
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk import pinning
from helpdesk.errors import HelpdeskError
from helpdesk.pinning import MARK
from knowledge.errors import KnowledgeError
from tuning.models import QAPair


class PinMixin:
    """The action "pin" of pairs, for those who may write curated answers."""

    def has_pin_permission(self, request):
        return request.user.has_perm("helpdesk.add_curatedanswer")

    @admin.action(description=_("Pin as a direct answer"), permissions=["pin"])
    def pin(self, request, queryset):
        for pair in queryset.prefetch_related("sources__document"):
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


def pinned(pair: QAPair, by):
    """The curated answer that a pair becomes. Raises HelpdeskError where it can't become one.

    Its marks number the passages of a conversation, so the sources are named at the end instead.
    """
    if pair.status != QAPair.Status.APPROVED:
        raise HelpdeskError(gettext("it is not approved."))
    return pinning.pin(
        question=pair.question,
        answer=MARK.sub("", pair.answer),
        sources=[(version, "") for version in pair.sources.order_by("pk")],
        by=by,
        team=gettext("The help desk's team"),
    )
