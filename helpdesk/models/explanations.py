"""Explanations: how an answer came about, as it was noted when it was given."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.models.conversations import Message


class ExplanationQuerySet(models.QuerySet):
    def expired(self):
        """Those that have been kept for as long as the settings say."""
        since = timezone.now() - timedelta(days=settings.EXPLANATION_DAYS)
        return self.filter(created_at__lt=since)


class Explanation(models.Model):
    """The way to one answer; it goes with the conversation, or after a while by itself."""

    message = models.OneToOneField(
        Message, models.CASCADE, primary_key=True, related_name="explanation"
    )
    record = models.JSONField(help_text="As helpdesk.tracing makes it.")
    created_at = models.DateTimeField(db_default=Now())

    objects = ExplanationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("explain_answer", _("Can see why an answer was given"))]

    def __str__(self):
        return f"Explanation of answer {self.message_id}"
