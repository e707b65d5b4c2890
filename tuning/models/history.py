"""What happened to a pair: who did what, and when."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class PairEvent(models.Model):
    """One deed on a pair. The person's name is kept as it was."""

    class Action(models.TextChoices):
        MADE = "made", _("made")
        EDITED = "edited", _("edited")
        SUBMITTED = "submitted", _("submitted for review")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        REOPENED = "reopened", _("made a draft again")

    pair = models.ForeignKey("QAPair", models.CASCADE, related_name="events")
    at = models.DateTimeField(_("at"), db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    by_name = models.CharField(_("by"), max_length=150, blank=True, help_text=_("Empty: the desk."))
    action = models.CharField(_("what"), max_length=10, choices=Action)
    detail = models.TextField(_("detail"), blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("event")
        verbose_name_plural = _("history")

    def __str__(self):
        return str(self.get_action_display())


def told_of(version) -> dict:
    """What is remembered of a source when a pair is approved."""
    return {
        "version": version.pk,
        "document": version.document_id,
        "name": str(version.document),
        "number": version.number,
        "sha256": version.sha256,
    }
