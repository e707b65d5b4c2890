"""Adapters: what finished runs have made, each under a name of its own for ever."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Engine
from tuning.models.runs import Run


class AdapterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The adapters of the runs whose texts `user` may read."""
        return self.filter(run__in=Run.objects.visible_to(user))


class Adapter(models.Model):
    """A finished run's adapter. Its files and its manifest never change."""

    run = models.OneToOneField(Run, models.PROTECT, related_name="result")
    name = models.CharField(_("name"), max_length=100, unique=True)
    manifest = models.JSONField(help_text="What it was made from, and the sums of its files.")
    engine = models.OneToOneField(
        Engine, models.SET_NULL, null=True, related_name="+", verbose_name=_("engine")
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = AdapterQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("adapter")
        verbose_name_plural = _("adapters")

    def __str__(self):
        return self.name
