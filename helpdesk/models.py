"""The chat: engines that answer, conversations, their messages, and the citations they stand on."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from helpdesk.confidence import SHIPPED, Scale
from knowledge.models import Index, Passage, Version


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


class ConversationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The conversations of `user`: nobody reads another person's."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class Conversation(models.Model):
    """A thread of one person's questions and the desk's answers."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="conversations")
    title = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        indexes = [models.Index(fields=["user", "-updated_at"], name="conversation_list")]

    def __str__(self):
        return self.title or f"Conversation {self.pk}"

    def get_absolute_url(self):
        return reverse("conversation", args=[self.pk])


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The messages of the conversations that `user` may read."""
        return self.filter(conversation__in=Conversation.objects.visible_to(user))


class Message(models.Model):
    """A question, or the answer to one. In an answer's Markdown, [n] stands for its citation n."""

    class Role(models.TextChoices):
        USER = "user"
        ASSISTANT = "assistant"

    class Status(models.TextChoices):
        ANSWERING = "answering"
        DONE = "done"
        CUT_OFF = "cut_off", "cut off"
        FAILED = "failed"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    role = models.CharField(max_length=10, choices=Role)
    text = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DONE)
    error = models.TextField(blank=True, help_text="For the person: what happened, what to do.")
    note = models.TextField(blank=True, help_text="What the person should know of this answer.")
    abstained = models.BooleanField(default=False)
    engine = models.CharField(max_length=100, blank=True)
    timings_ms = models.JSONField(default=dict)
    verification = models.JSONField(
        default=dict,
        help_text="sentences: how many claim something; unsupported: [start, end] of those that"
        " no source bears out; conflict: [citation, date] of two that differ, the newer first;"
        " links: the addresses that a source holds.",
    )
    versions = ArrayField(
        models.BigIntegerField(), default=list, help_text="Ids of what the text may draw on."
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.role} {self.pk}"


class CitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The citations of documents that `user` may read today, whoever was shown them before."""
        return self.filter(version__in=Version.objects.visible_to(user))


class Citation(models.Model):
    """A quote in a passage that an answer stands on."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="citations")
    number = models.PositiveSmallIntegerField()
    version = models.ForeignKey(Version, models.CASCADE, related_name="+")
    passage = models.ForeignKey(Passage, models.SET_NULL, null=True, related_name="citations")
    page = models.PositiveIntegerField(null=True)
    quote = models.TextField()
    start = models.PositiveIntegerField(default=0, help_text="Where in the passage's text.")
    end = models.PositiveIntegerField(default=0)
    verified = models.BooleanField(default=False)

    objects = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="one_citation_a_number")
        ]

    def __str__(self):
        return f"[{self.number}] {self.version}"

    def get_absolute_url(self):
        return reverse("citation", args=[self.pk])
