"""Gaps: what people asked and the desk could not answer, grouped by meaning."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from helpdesk.models.conversations import Message
from helpdesk.models.curated import CuratedAnswer
from knowledge.models import Document, Index


class GapQuerySet(models.QuerySet):
    def counted(self):
        """With how many questions of how many people there are, the first and the last day."""
        return self.annotate(
            asked=Count("questions"),
            people=Count("questions__user", distinct=True),
            first=Min("questions__asked_at"),
            last=Max("questions__asked_at"),
        ).filter(asked__gt=0)

    def shown_to(self, user):
        """Those whose words `user` may read: it takes the permission, and that enough people have
        asked. Whoever asks alone might be known by their words."""
        if not user.has_perm("helpdesk.view_gap"):
            return self.none()
        return self.counted().filter(people__gte=settings.UNANSWERED_MIN_PEOPLE)

    def kept_back(self):
        """Those that too few people have asked."""
        return self.counted().filter(people__lt=settings.UNANSWERED_MIN_PEOPLE)


class Gap(models.Model):
    """Questions of one meaning that the desk declined. Their words go with their conversations."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        RESOLVED = "resolved", _("Resolved")
        DISMISSED = "dismissed", _("Will not be answered")

    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True, max_length=1000)
    curated = models.ForeignKey(CuratedAnswer, models.SET_NULL, null=True, related_name="+")
    document = models.ForeignKey(Document, models.SET_NULL, null=True, related_name="+")
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    handled_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True, help_text="Asked again after it was resolved.")
    asking = models.BooleanField(default=False, help_text="Its questions are being asked again.")
    index = models.ForeignKey(Index, models.SET_NULL, null=True, related_name="+")
    vector = HalfVectorField(null=True, help_text="The middle of its questions.")
    created_at = models.DateTimeField(db_default=Now())

    objects = GapQuerySet.as_manager()

    class Meta:
        default_permissions = ("view", "change")
        verbose_name = _("question without an answer")
        verbose_name_plural = _("questions without an answer")

    def __str__(self):
        return f"Gap {self.pk}"

    def get_absolute_url(self):
        return reverse("gap", args=[self.pk])

    def entrust(self, owner):
        """Says who looks after it."""
        self._set(owner=owner)

    def resolve(self, by, document=None, curated=None):
        """Notes that something was done, and asks its questions again; that decides its state."""
        self.handle(by, document=document, curated=curated, reason="")
        self.ask_again()

    def dismiss(self, by, reason):
        """Says that it will not be answered, and why. It stays closed when it is asked again."""
        self.handle(by, state=self.State.DISMISSED, reason=reason, document=None, curated=None)

    def reopen(self, by):
        self.handle(by, state=self.State.OPEN)

    def handle(self, by, **values):
        self._set(handled_by=by, handled_at=timezone.now(), reopened_at=None, **values)

    def ask_again(self):
        """Queues the asking, each question with the rights of the person who asked it."""
        from helpdesk.tasks import ask_gap_again

        with transaction.atomic():
            self._set(asking=True)
            ask_gap_again.configure(lock=f"gap-{self.pk}").defer(gap_id=self.pk)

    def settle(self):
        """What came of asking again: resolved where anybody is answered now, else open.

        What somebody decided meanwhile stands.
        """
        answered = self.questions.filter(outcome=GapQuestion.Outcome.ANSWERED).exists()
        state = self.State.RESOLVED if answered else self.State.OPEN
        Gap.objects.filter(pk=self.pk, state=self.state).update(state=state)
        self._set(asking=False)

    def _set(self, **values):
        # Never save(): one that was merged into another meanwhile is gone, and nobody's error.
        Gap.objects.filter(pk=self.pk).update(**values)
        for name, value in values.items():
            setattr(self, name, value)


class GapQuestion(models.Model):
    """One declined question; `text` holds what it refers to as well."""

    class Outcome(models.TextChoices):
        NONE = "", _("not asked again")
        ANSWERED = "answered", _("answered now")
        DECLINED = "declined", _("still not answered")
        FAILED = "failed", _("could not be asked")

    gap = models.ForeignKey(Gap, models.CASCADE, related_name="questions")
    answer = models.OneToOneField(Message, models.CASCADE, related_name="gap_question")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    text = models.TextField()
    asked_at = models.DateTimeField()
    confidence = models.FloatField(null=True, help_text="When it was declined.")
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default=Outcome.NONE)
    outcome_at = models.DateTimeField(null=True)
    confidence_now = models.FloatField(null=True)
    engine = models.CharField(max_length=200, blank=True)
    versions = ArrayField(
        models.BigIntegerField(), default=list, help_text="Ids of what the answer cites now."
    )

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome_at__isnull=False), name="outcome_has_a_time"
            )
        ]

    def __str__(self):
        return f"Question {self.answer_id}"
