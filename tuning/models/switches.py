"""Switches: who let which engine answer whom, when and why; the newest is how things stand."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Engine


class Switch(models.Model):
    """One change of who answers. Rows are never changed."""

    class Deed(models.TextChoices):
        TRY = "try", _("on trial")
        ACTIVATE = "activate", _("switched on")
        ROLL_BACK = "roll_back", _("rolled back")
        TRIP = "trip", _("rolled back by itself")

    deed = models.CharField(max_length=10, choices=Deed)
    engine = models.ForeignKey(Engine, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=100, help_text="The engine's, should it go.")
    share = models.PositiveSmallIntegerField(default=100, help_text="Of the people, in percent.")
    before = models.ForeignKey(
        Engine, models.SET_NULL, null=True, related_name="+", help_text="What had answered."
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(blank=True)
    overridden = models.BooleanField(default=False, help_text="A gate did not hold.")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("switch of engines")
        verbose_name_plural = _("switches of engines")
        permissions = [
            ("switch_engine", _("Can switch tuned models on and back")),
            ("override_gates", _("Can switch a tuned model on although a gate does not hold")),
        ]

    def __str__(self):
        return f"{self.name}: {self.get_deed_display()}"
