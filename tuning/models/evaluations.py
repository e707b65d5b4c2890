"""Evaluations: a tuned model beside its base and the engine that answers, on pairs unseen."""

from contextlib import suppress

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk import rendering
from tuning.errors import TuningError
from tuning.models.datasets import Example
from tuning.models.runs import Run


class EvaluationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The evaluations of the runs whose texts `user` may read."""
        return self.filter(run__in=Run.objects.visible_to(user))

    def ask(self, run, by):
        """Queues an evaluation of a finished run; gives the one that waits already, if any."""
        if run.state != Run.State.DONE:
            raise TuningError(_("%(run)s is not done: there is nothing to measure.") % {"run": run})
        waiting = self.filter(run=run, state__in=Evaluation.UNFINISHED).first()
        if waiting:
            return waiting
        with transaction.atomic():
            evaluation = self.create(run=run, asked_by=by)
            evaluation.enqueue()
        return evaluation


class Evaluation(models.Model):
    """One comparison, from being queued to its report."""

    class State(models.TextChoices):
        QUEUED = "queued", gettext_lazy("queued")
        RUNNING = "running", gettext_lazy("running")
        DONE = "done", gettext_lazy("done")
        FAILED = "failed", gettext_lazy("failed")

    UNFINISHED = (State.QUEUED, State.RUNNING)

    run = models.ForeignKey(Run, models.CASCADE, related_name="evaluations")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done, total = models.PositiveIntegerField(default=0), models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, help_text="For the administrator: what and what to do.")
    report = models.JSONField(default=dict, help_text="Each side's summary, and the gates.")
    passed = models.BooleanField(null=True, help_text="Whether every gate holds.")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = gettext_lazy("evaluation")
        verbose_name_plural = gettext_lazy("evaluations")

    def __str__(self):
        return _("Evaluation of %(run)s") % {"run": self.run}

    @property
    def finished(self):
        return self.state not in self.UNFINISHED

    def enqueue(self):
        from procrastinate.exceptions import AlreadyEnqueued

        from tuning.tasks import evaluate

        queued = evaluate.configure(lock="tuning", queueing_lock=f"evaluation-{self.pk}")
        with suppress(AlreadyEnqueued), transaction.atomic():
            queued.defer(evaluation_id=self.pk)

    def note(self, **values):
        """Writes down how it stands."""
        Evaluation.objects.filter(pk=self.pk).update(**values)
        for name, value in values.items():
            setattr(self, name, value)

    def finish(self, report, passed):
        """Ends it with its report."""
        now = timezone.now()
        self.note(state=self.State.DONE, report=report, passed=passed, finished_at=now)

    def fail(self, message):
        """Ends it with a sentence; nothing that answers is touched."""
        self.note(state=self.State.FAILED, error=message, finished_at=timezone.now())


class Reply(models.Model):
    """What one side answered to one test question, and what the answer is worth."""

    class Side(models.TextChoices):
        CANDIDATE = "candidate", gettext_lazy("tuned")
        BASE = "base", gettext_lazy("its base")
        ACTIVE = "active", gettext_lazy("answers today")

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="replies")
    example = models.ForeignKey(Example, models.CASCADE, related_name="+")
    side = models.CharField(max_length=10, choices=Side)
    text = models.TextField()
    said = models.TextField(
        blank=True, help_text="What the model had said, where quotes took its place."
    )
    score = models.JSONField(help_text="As evaluating.scores.Score has it.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "example", "side"], name="one_reply_a_side"
            )
        ]

    def __str__(self):
        return f"{self.side}: {self.text[:60]}"

    @property
    def html(self):
        """As the chat shows it, its marks without links."""
        return rendering.html(self.text, {}, pending=True)


class Vote(models.Model):
    """Which of two answers somebody found better, who did not know whose they were."""

    candidate = models.ForeignKey(Reply, models.CASCADE, related_name="votes")
    other = models.ForeignKey(Reply, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    better = models.SmallIntegerField(help_text="1: the candidate's, -1: the other, 0: alike.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidate", "by"], name="one_vote_a_person")
        ]

    def __str__(self):
        return f"{self.candidate_id}: {self.better}"
