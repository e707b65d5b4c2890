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

    intercept = models.FloatField()
    passage = models.FloatField()
    sentence = models.FloatField()
    coverage = models.FloatField()
    threshold = models.FloatField(help_text="Below this confidence the desk declines.")
    max_declined = models.FloatField(help_text="Of the answerable questions, as a share of 1.")
    sets = models.CharField(max_length=500, help_text="What it was fitted to.")
    answerable = models.PositiveIntegerField(help_text="Questions.")
    unanswerable = models.PositiveIntegerField(help_text="Questions.")
    declined = models.FloatField(help_text="Share of the answerable questions.")
    caught = models.FloatField(help_text="Share of the unanswerable questions declined.")
    recipe = models.CharField(max_length=100, help_text="What made the vectors.")
    created_at = models.DateTimeField(db_default=Now())

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
