"""Engines: what answers. One is active."""

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Engine(models.Model):
    """Something that answers. One row is active; the `quotes` engine needs no language model."""

    class Kind(models.TextChoices):
        QUOTES = "quotes", "Quotes (no language model)"
        OPENAI = "openai", "OpenAI-compatible endpoint"

    class Context(models.TextChoices):
        PASSAGES = "passages", _("Whole passages")
        SENTENCES = "sentences", _("Chosen sentences")

    # The row that the settings LLM_BASE_URL and LLM_MODEL make.
    CONFIGURED = "Configured model"

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.QUOTES)
    base_url = models.URLField(blank=True, help_text="Empty: OpenAI's own.")
    model = models.CharField(max_length=500, blank=True)
    context = models.CharField(
        _("context"),
        max_length=10,
        choices=Context,
        default=Context.PASSAGES,
        help_text=_(
            "What the model is shown. Small models answer best from a few chosen sentences; they"
            " are asked without the conversation before."
        ),
    )
    strict = models.BooleanField(
        _("strict"),
        default=False,
        help_text=_(
            "An answer with a number, a date or a name that its sources do not hold is replaced by"
            " quotes. Sentences are shown one by one, each when it has been checked."
        ),
    )
    courtesies = models.TextField(
        _("courtesies"),
        blank=True,
        help_text=_("Sentences that need no source, one a line: a greeting, a closing."),
    )
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

    @property
    def reads_history(self):
        """Whether the model is shown the turns before a question, and can rewrite it with them."""
        return self.context == self.Context.PASSAGES

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
