"""Runs: a fine-tune from being queued to its end, and what it told on its way."""

from contextlib import suppress

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.db.models.functions import Concat, Now, Right
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuning.errors import TuningError
from tuning.models.datasets import Dataset

LOG_CHARACTERS = 40_000
# A run in work is heard of every few seconds; after so many its worker is dead.
SILENT_SECONDS = 30


class RunQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The runs whose samples and logs `user` may read."""
        return self.filter(dataset__in=Dataset.objects.visible_to(user))

    @transaction.atomic
    def start(self, dataset, by, **values):
        """Queues a run; gives it. `values` are fields of its row."""
        run = self.create(dataset=dataset, started_by=by, **values)
        run.enqueue()
        return run


class Run(models.Model):
    """One fine-tune of a base model on a dataset."""

    class State(models.TextChoices):
        QUEUED = "queued", gettext_lazy("queued")
        PREPARING = "preparing", gettext_lazy("preparing")
        TRAINING = "training", gettext_lazy("training")
        EVALUATING = "evaluating", gettext_lazy("evaluating")
        DONE = "done", gettext_lazy("done")
        FAILED = "failed", gettext_lazy("failed")
        CANCELLED = "cancelled", gettext_lazy("cancelled")

    class Trainer(models.TextChoices):
        LOCAL = "local", gettext_lazy("This installation's tuning worker")
        OPENAI = "openai", gettext_lazy("OpenAI's fine-tuning service")

    UNFINISHED = (State.QUEUED, State.PREPARING, State.TRAINING, State.EVALUATING)
    WORKED_ON = (State.PREPARING, State.TRAINING, State.EVALUATING)

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="runs")
    trainer = models.CharField(max_length=10, choices=Trainer, default=Trainer.LOCAL)
    base_model = models.CharField(max_length=255)
    base_revision = models.CharField(max_length=64, blank=True)
    context = models.CharField(
        max_length=10, blank=True, help_text="What the engine is shown; as Engine.context."
    )
    preset = models.CharField(max_length=20)
    options = models.JSONField(default=dict, help_text="The hyperparameters, all of them.")
    estimate = models.JSONField(default=dict, help_text="Seconds and bytes, before the start.")

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED, db_index=True)
    error = models.TextField(blank=True, help_text="For the administrator: what and what to do.")
    attempt = models.PositiveIntegerField(default=0, help_text="Workers that have taken it up.")
    step = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    epoch = models.FloatField(default=0)
    tokens_per_second = models.FloatField(default=0)
    remaining_seconds = models.FloatField(null=True)
    training_seconds = models.FloatField(default=0)
    best_loss = models.FloatField(null=True, help_text="On the validation pairs.")
    best_step = models.PositiveIntegerField(null=True)
    trainable_parameters = models.BigIntegerField(null=True)
    total_parameters = models.BigIntegerField(null=True)
    peak_bytes = models.BigIntegerField(null=True, help_text="Memory above the loaded base.")
    log = models.TextField(blank=True)
    remote_job = models.CharField(max_length=100, blank=True, help_text="At another's service.")
    result_model = models.CharField(max_length=255, blank=True, help_text="What the service made.")

    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = gettext_lazy("run")
        verbose_name_plural = gettext_lazy("runs")

    def __str__(self):
        return _("Run %(number)d") % {"number": self.pk}

    def get_absolute_url(self):
        return reverse("admin:tuning_run_change", args=[self.pk])

    @property
    def folder(self):
        """Where its files are: data, checkpoints, adapter."""
        return settings.VAR_DIR / "tuning" / "runs" / str(self.pk)

    @property
    def adapter(self):
        """The folder of the finished adapter (safetensors)."""
        return self.folder / "adapter"

    @property
    def remote(self):
        """Whether a service trains it, and has its model."""
        return self.trainer == self.Trainer.OPENAI

    @property
    def finished(self):
        return self.state not in self.UNFINISHED

    @property
    def silent(self):
        """Whether a worker has it and was not heard of for too long."""
        if self.state not in self.WORKED_ON or not self.heard_at:
            return False
        return (timezone.now() - self.heard_at).total_seconds() > SILENT_SECONDS

    @property
    def place(self):
        """How many runs come before it."""
        return Run.objects.filter(state__in=self.UNFINISHED, pk__lt=self.pk).count()

    @property
    def restricted_to(self):
        """The groups that its adapter is for, none: everyone."""
        return Group.objects.filter(pk__in=self.dataset.groups.values("pk"))

    def enqueue(self):
        """Queues the work, unless it is queued already; one run at a time."""
        from procrastinate.exceptions import AlreadyEnqueued

        from tuning.tasks import tune

        queued = tune.configure(lock="tuning", queueing_lock=f"run-{self.pk}")
        with suppress(AlreadyEnqueued), transaction.atomic():
            queued.defer(run_id=self.pk)

    def take_up(self):
        """Begins the work, or goes on with it after a worker's death.

        Raises DoesNotExist when there is nothing to do. Whoever had it before finds at the next
        note that it is not theirs any more.
        """
        now = timezone.now()
        mine = Run.objects.filter(pk=self.pk, state__in=self.UNFINISHED)
        values = {"attempt": models.F("attempt") + 1, "state": self.State.PREPARING, "error": ""}
        if not mine.update(heard_at=now, **values):
            raise Run.DoesNotExist
        Run.objects.filter(pk=self.pk, started_at=None).update(started_at=now)
        self.refresh_from_db()

    def note(self, **values):
        """Writes progress down. Raises DoesNotExist when it was cancelled or another has it."""
        values["heard_at"] = timezone.now()
        if not self._mine().update(**values):
            raise Run.DoesNotExist
        for name, value in values.items():
            setattr(self, name, value)

    def tell(self, line):
        """Adds a line to the log; the oldest go when it gets long."""
        told = Right(Concat("log", models.Value(line.rstrip() + "\n")), LOG_CHARACTERS)
        self._mine().update(log=told)

    def finish(self, **values):
        """Ends the work well."""
        self.note(
            **values, state=self.State.DONE, finished_at=timezone.now(), remaining_seconds=None
        )

    def fail(self, message):
        """Ends the work with a sentence; the engine that answers is not touched."""
        end = {"finished_at": timezone.now(), "remaining_seconds": None}
        self.note(state=self.State.FAILED, error=message, **end)

    def cancel(self):
        """Ends the work at a person's wish. Raises TuningError when it has ended already."""
        left = Run.objects.filter(pk=self.pk, state__in=self.UNFINISHED)
        now = timezone.now()
        if not left.update(state=self.State.CANCELLED, finished_at=now, remaining_seconds=None):
            raise TuningError(_("%(run)s has ended already.") % {"run": self})
        self.refresh_from_db()

    def _mine(self):
        return Run.objects.filter(pk=self.pk, attempt=self.attempt, state__in=self.UNFINISHED)


class Metric(models.Model):
    """What a run told at one step: training loss, or validation loss and samples."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="metrics")
    step = models.PositiveIntegerField()
    epoch = models.FloatField(default=0)
    loss = models.FloatField(null=True)
    eval_loss = models.FloatField(null=True)
    learning_rate = models.FloatField(null=True)
    tokens_per_second = models.FloatField(null=True)
    samples = models.JSONField(
        default=list, help_text="Of the validation pairs: question, wanted, given."
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["step"]
        constraints = [models.UniqueConstraint(fields=["run", "step"], name="one_metric_a_step")]

    def __str__(self):
        return f"{self.run}, {self.step}"
