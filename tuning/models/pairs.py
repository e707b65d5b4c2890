"""The company's tone: pairs of a question and the answer it ought to have had."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from knowledge.models import Version
from tuning.errors import TuningError


class QAPairQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What a curator may see: a pair inherits the rights of all its sources."""
        if not user.has_perm("tuning.view_qapair"):
            return self.none()
        hidden = Version.objects.exclude(pk__in=Version.objects.visible_to(user).values("pk"))
        return self.exclude(sources__in=hidden)


class QAPair(models.Model):
    """A question and a good answer to it. Only approved pairs may train a model."""

    class Status(models.TextChoices):
        DRAFT = "draft", "draft"
        IN_REVIEW = "in_review", "in review"
        APPROVED = "approved", "approved"
        REJECTED = "rejected", "rejected"

    question = models.TextField()
    answer = models.TextField()
    sources = models.ManyToManyField(
        Version, blank=True, related_name="+", help_text="The documents that the answer rests on."
    )
    status = models.CharField(
        max_length=10, choices=Status, default=Status.DRAFT, editable=False, db_index=True
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField("created", db_default=Now(), editable=False)
    updated_at = models.DateTimeField("updated", auto_now=True)

    objects = QAPairQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        verbose_name = "question and answer"
        verbose_name_plural = "questions and answers"

    def __str__(self):
        return self.question[:80]

    def submit(self):
        """Asks for a review of a draft or a rejected pair. Raises TuningError for any other."""
        self._move({self.Status.DRAFT, self.Status.REJECTED}, self.Status.IN_REVIEW, None)

    def approve(self, by):
        """Lets the pair train models. Raises TuningError when it is not in review."""
        self._move({self.Status.IN_REVIEW}, self.Status.APPROVED, by)

    def reject(self, by):
        """Sends the pair back to its author. Raises TuningError when it is not in review."""
        self._move({self.Status.IN_REVIEW}, self.Status.REJECTED, by)

    def revise(self):
        """Makes a draft of it again: what was reviewed is not what stands there now."""
        self._move(set(self.Status), self.Status.DRAFT, None)

    def _move(self, allowed, status, reviewer):
        # The row decides, not this copy of it: somebody else may have been faster.
        rows = QAPair.objects.filter(pk=self.pk, status__in=allowed)
        moved = rows.update(status=status, reviewer=reviewer, updated_at=timezone.now())
        self.refresh_from_db(fields=["status", "reviewer", "updated_at"])
        if not moved:
            raise TuningError(f"“{self}” is {self.get_status_display()}: nothing was changed.")
