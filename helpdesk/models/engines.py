"""Engines: what answers. One is active; another may be on trial with some of the people."""

from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import HelpdeskError
from knowledge.written import Written

ONLY_GROUPS = _(
    "“%(engine)s” rests on restricted documents: it may answer the groups that read them, and not"
    " everybody."
)
ANSWERS_ALL = _("“%(engine)s” answers everybody already.")
OWN_NAME = _("The desk marks answers of its own with this name. Choose another.")
# What marks answers that no model has made.
OWN_NAMES = ("quotes", "curated", "greeting")
# Sent with `engine`, the one that answered `before` and `by` whom, in the transaction of a switch
# that its caller does not tell of. A receiver may refuse it by a HelpdeskError.
activated = Signal()


class Engine(models.Model):
    """Something that answers. One row is active; the `quotes` engine needs no language model."""

    class Kind(models.TextChoices):
        QUOTES = "quotes", _("Quotes (no language model)")
        OPENAI = "openai", _("OpenAI-compatible endpoint")

    class Context(models.TextChoices):
        PASSAGES = "passages", _("Whole passages")
        SENTENCES = "sentences", _("Chosen sentences")

    class Key(models.TextChoices):
        LLM = "llm", "LLM_API_KEY"
        TUNING = "tuning", "TUNING_API_KEY"

    # The row that the settings LLM_BASE_URL and LLM_MODEL make.
    CONFIGURED = "Configured model"

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.QUOTES)
    base_url = models.URLField(_("address"), blank=True, help_text=_("Empty: OpenAI's own."))
    model = models.CharField(_("model"), max_length=500, blank=True)
    key = models.CharField(
        max_length=10,
        choices=Key,
        default=Key.LLM,
        editable=False,
        help_text="Which setting's key it is asked with, at the address which that names.",
    )
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
    held_back = models.TextField(
        blank=True, editable=False, help_text="Why it may not be switched on; empty: it may."
    )
    groups = models.ManyToManyField(
        Group, blank=True, editable=False, related_name="+", help_text="Whom alone it may answer."
    )
    trial_share = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="Of the people whom it answers on trial, in percent."
    )
    active = models.BooleanField(_("active"), default=False, editable=False)
    activated_at = models.DateTimeField(_("active since"), null=True, blank=True, editable=False)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("switched on by"),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("engine")
        verbose_name_plural = _("engines")
        permissions = [("point_engine", _("Can say where questions are sent"))]
        constraints = [
            models.UniqueConstraint(
                fields=["active"], condition=models.Q(active=True), name="one_active_engine"
            ),
            models.CheckConstraint(condition=models.Q(trial_share__lte=100), name="trial_percent"),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """Refuses a model's engine a name by which its answers would pass for the desk's own."""
        if self.kind != self.Kind.QUOTES and self.name.casefold() in OWN_NAMES:
            raise ValidationError({"name": OWN_NAME})

    @property
    def label(self):
        """What people are told of who answered: the model, where nobody gave the engine a name."""
        unnamed = self.name == self.CONFIGURED and self.model not in ("", *OWN_NAMES)
        return (self.model if unnamed else self.name)[:100]

    @property
    def reads_history(self):
        """Whether the model is shown the turns before a question, and can rewrite it with them."""
        return self.context == self.Context.PASSAGES

    @classmethod
    def answering(cls) -> models.QuerySet:
        """The engine that answers, and the one on trial beside it."""
        return cls.objects.filter(models.Q(active=True) | models.Q(trial_share__gt=0))

    @classmethod
    def current(cls):
        """The active engine; an unsaved `quotes` engine where no row is active."""
        return cls.objects.filter(active=True).first() or cls(name="quotes", active=True)

    @classmethod
    def for_user(cls, user):
        """The engine that answers `user`: the one on trial for those whom it was dealt to.

        A person stays with the same one, from question to question, for as long as a trial lasts.
        """
        found = {engine.trial_share > 0: engine for engine in ANSWERING.objects()}
        trial = found.get(True)
        if trial and trial.tried_by(user):
            return trial
        return found.get(False) or cls(name="quotes", active=True)

    def tried_by(self, user) -> bool:
        """Whether the trial of this engine is dealt to `user`."""
        if int(sha256(f"{self.pk}/{user.pk}".encode()).hexdigest(), 16) % 100 >= self.trial_share:
            return False
        groups = set(self.groups.values_list("pk", flat=True))
        return not groups or user.groups.filter(pk__in=groups).exists()

    def activate(self, by=None, although=False, told=False):
        """Makes this the engine of the next question; answers under way end on the one before.

        `told`: the caller tells of it, so that `activated` need not. Raises HelpdeskError where it
        is held back, unless it is to answer `although` it is, and in any case where it may answer
        some groups only.
        """
        with transaction.atomic():
            self.answer_from_now(although)
            if self.groups.exists():
                raise HelpdeskError(ONLY_GROUPS % {"engine": self})
            before = Engine.objects.filter(active=True).first()
            Engine.objects.filter(active=True).exclude(pk=self.pk).update(active=False)
            Engine.objects.filter(trial_share__gt=0).update(trial_share=0)
            self.active, self.activated_at, self.activated_by = True, timezone.now(), by
            self.trial_share = 0
            self.save()
            if before != self and not told:
                activated.send(Engine, engine=self, before=before, by=by)

    def try_out(self, share, although=False):
        """Lets it answer `share` percent of the people; any other trial ends. Raises as above."""
        with transaction.atomic():
            self.answer_from_now(although)
            if self.active:
                raise HelpdeskError(ANSWERS_ALL % {"engine": self})
            Engine.objects.filter(trial_share__gt=0).update(trial_share=0)
            self.trial_share = share
            self.save(update_fields=["trial_share"])

    def answer_from_now(self, although):
        if self.pk is None:
            self.save()
        # Two people who switch at the same time do it one after the other.
        rows = {row.pk: row for row in Engine.objects.select_for_update().order_by("pk")}
        held_back = rows[self.pk].held_back if self.pk in rows else self.held_back
        if held_back and not although:
            raise HelpdeskError(held_back)


ANSWERING = Written(Engine.answering)
