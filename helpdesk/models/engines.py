"""Engines: what answers. One is active."""

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone


class Engine(models.Model):
    """Something that answers. One row is active; the `quotes` engine needs no language model."""

    class Kind(models.TextChoices):
        QUOTES = "quotes", "Quotes (no language model)"
        OPENAI = "openai", "OpenAI-compatible endpoint"

    # The row that the settings LLM_BASE_URL and LLM_MODEL make.
    CONFIGURED = "Configured model"

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.QUOTES)
    base_url = models.URLField(blank=True, help_text="Empty: OpenAI's own.")
    model = models.CharField(max_length=200, blank=True)
    active = models.BooleanField(default=False, editable=False)
    activated_at = models.DateTimeField(null=True, blank=True, editable=False)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["active"], condition=models.Q(active=True), name="one_active_engine"
            )
        ]

    def __str__(self):
        return self.name

    @property
    def label(self):
        """What people are told of who answered: the model, where nobody gave the engine a name."""
        unnamed = self.name == self.CONFIGURED and self.model not in ("", self.Kind.QUOTES)
        return (self.model if unnamed else self.name)[:100]

    @classmethod
    def current(cls):
        """The active engine; an unsaved `quotes` engine where no row is active."""
        return cls.objects.filter(active=True).first() or cls(name="quotes", active=True)

    def activate(self, by=None):
        """Makes this the engine of the next question; answers under way end on the one before."""
        with transaction.atomic():
            # Two people who switch at the same time do it one after the other.
            list(Engine.objects.select_for_update().order_by("pk"))
            Engine.objects.filter(active=True).exclude(pk=self.pk).update(active=False)
            self.active, self.activated_at, self.activated_by = True, timezone.now(), by
            self.save()
