"""Calibrations: the confidence fitted to a company's own questions."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.confidence import SHIPPED, Scale
from knowledge.models import Index


class Calibration(models.Model):
    """The confidence fitted to a company's own questions; the newest row is the one in use.

    It holds for the vectors that it was fitted on. Without a row for those, the shipped numbers do.
    """

    intercept = models.FloatField(_("intercept"))
    passage = models.FloatField(_("weight of the passage"))
    sentence = models.FloatField(_("weight of the sentence"))
    coverage = models.FloatField(_("weight of the words found"))
    threshold = models.FloatField(
        _("threshold"), help_text=_("Below this confidence the desk declines.")
    )
    max_declined = models.FloatField(
        _("declined at most"), help_text=_("Of the answerable questions, as a share of 1.")
    )
    sets = models.CharField(_("question sets"), max_length=500)
    answerable = models.PositiveIntegerField(_("answerable questions"))
    unanswerable = models.PositiveIntegerField(_("unanswerable questions"))
    declined = models.FloatField(
        _("declined"), help_text=_("Share of the answerable questions that were declined.")
    )
    caught = models.FloatField(
        _("caught"), help_text=_("Share of the unanswerable questions that were declined.")
    )
    recipe = models.CharField(_("embedding model"), max_length=100)
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("calibration")
        verbose_name_plural = _("calibrations")

    def __str__(self):
        return f"{self.sets}, {self.created_at:%Y-%m-%d}"

    @classmethod
    def of(cls, fitted, max_declined: float, sets: str, recipe: str):
        """An unsaved row of what `calibration.fit` gave."""
        scale = fitted.scale
        return cls(
            intercept=scale.intercept,
            passage=scale.passage,
            sentence=scale.sentence,
            coverage=scale.coverage,
            threshold=scale.threshold,
            max_declined=max_declined,
            sets=sets,
            answerable=fitted.answerable,
            unanswerable=fitted.unanswerable,
            declined=fitted.declined,
            caught=fitted.caught,
            recipe=recipe,
        )

    @classmethod
    def current(cls) -> Scale:
        """The scale in use: the newest for the active index, else the one that is shipped."""
        active = Index.objects.filter(state=Index.State.ACTIVE)
        found = cls.objects.filter(recipe__in=active.values("recipe")).first()
        return found.scale if found else SHIPPED

    @property
    def scale(self) -> Scale:
        return Scale(self.intercept, self.passage, self.sentence, self.coverage, self.threshold)
