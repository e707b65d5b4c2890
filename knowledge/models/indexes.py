"""Indexes: the vectors of every passage by one embedding model. One index is active."""

from contextlib import suppress

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledge import embeddings, prepared, written
from knowledge.errors import KnowledgeError
from knowledge.models.audit import AuditEntry
from knowledge.models.passages import Passage
from knowledge.models.versions import Version


class IndexQuerySet(models.QuerySet):
    def active(self):
        """The index that answers; the first one is made of what the settings name.

        Raises KnowledgeError when its embedding model can't be loaded.
        """
        found = self.filter(state=Index.State.ACTIVE).first()
        if found:
            return found
        embedder = embeddings.embedder(settings.EMBEDDING_MODEL)
        values = {"recipe": embedder.recipe, "dimensions": embedder.dimensions}
        values["activated_at"] = timezone.now()
        # The constraint lets one of two processes win, and the other read what it made.
        return self.get_or_create(
            state=Index.State.ACTIVE, defaults={"model": settings.EMBEDDING_MODEL, **values}
        )[0]

    def written(self):
        """The indexes that every new version goes into, so that each may become active at once."""
        return self.exclude(state__in=Index.UNWRITTEN).exclude(recipe="")

    def to_write(self):
        """As `written`, in a list: the active one is among them. Raises as `active` does."""
        found = WRITTEN.objects()
        if not any(index.state == Index.State.ACTIVE for index in found):
            found.append(self.active())
        return found

    def previous(self):
        """The index that was active before, None when there is none to go back to."""
        answered = models.Q(state=Index.State.RETIRED) | models.Q(activated_at__isnull=False)
        whole = self.filter(answered, state__in=Index.SWITCHABLE)
        return whole.order_by(models.F("activated_at").desc(nulls_last=True)).first()

    def like(self, model, embedder):
        """The index that holds what this embedder gives already, None if there is none."""
        same = {"recipe": embedder.recipe, "dimensions": embedder.dimensions, "model": model}
        return self.filter(**same).exclude(state__in=Index.UNWRITTEN).first()

    def undo(self, by=None):
        """Lets the index that was active before answer again; gives it.

        Raises KnowledgeError as `activate` does, and when there was none before.
        """
        previous = self.previous()
        if previous is None:
            raise KnowledgeError(_("There is no index to go back to."))
        previous.activate(by)
        return previous

    def begin(self, model, by=None, cut=False):
        """Queues the building of an index of `model`; one that was broken off goes on. Gives it.

        `cut` accepts that passages longer than the model reads are cut off.
        """
        model = model.strip()
        if not 0 < len(model) <= 255:
            raise KnowledgeError(_("Name a model: a folder, a name of the hub, or openai:NAME."))
        with transaction.atomic():
            hold_indexes(alone=True)
            unfinished = self.filter(
                model=model, state__in=[Index.State.BUILDING, Index.State.FAILED]
            )
            index = unfinished.first()
            if index is None:
                index = self.create(model=model, recipe="", dimensions=0, cut=cut)
                index.record(by, "began to build")
            elif index.state == Index.State.FAILED:
                index.resume(by, cut)
            index.enqueue()
        return index


WRITTEN = written.Written(lambda: Index.objects.written())


class Index(models.Model):
    """The embeddings of all passages by one model, from being built to being retired."""

    class State(models.TextChoices):
        BUILDING = "building", _("Building")
        READY = "ready", _("ready to be switched to")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("retired, can be switched back to")
        FAILED = "failed", _("Failed")
        REMOVING = "removing", _("being removed")

    SWITCHABLE = (State.READY, State.RETIRED)
    UNWRITTEN = (State.FAILED, State.REMOVING)

    model = models.CharField(max_length=255, help_text="As EMBEDDING_MODEL names it.")
    recipe = models.CharField(max_length=100, help_text="What else changes a vector with it.")
    dimensions = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.BUILDING)
    error = models.TextField(blank=True)
    cut = models.BooleanField(
        default=False, help_text="Passages longer than the model reads are cut off."
    )
    measured = models.BigIntegerField(default=0, help_text="The last passage that was measured.")
    too_long = models.PositiveIntegerField(default=0, help_text="Passages longer than it reads.")
    total = models.PositiveIntegerField(null=True, help_text="Passages, once all are measured.")
    done = models.PositiveIntegerField(default=0)
    rate = models.FloatField(default=0, help_text="Passages a second, of late.")
    worked_at = models.DateTimeField(null=True)
    comparison = models.JSONField(null=True)
    signs_recall = models.FloatField(
        null=True, help_text="The share of the nearest vectors that signs find, once measured."
    )
    signs_passages = models.PositiveIntegerField(
        default=0, db_default=0, help_text="How many passages there were then."
    )
    created_at = models.DateTimeField(db_default=Now())
    activated_at = models.DateTimeField(null=True, blank=True)
    switch_asked_at = models.DateTimeField(
        null=True, editable=False, help_text="While the worker loads its model to switch to it."
    )

    objects = IndexQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("index")
        verbose_name_plural = _("indexes")
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="active"), name="one_active_index"
            )
        ]

    def __str__(self):
        return f"{self.recipe or self.model} ({self.get_state_display()})"

    @property
    def remaining_seconds(self):
        """How long the building is going to take, None before that can be told."""
        if self.state != self.State.BUILDING or not self.total or not self.rate:
            return None
        return max(self.total - self.done, 0) / self.rate

    def embedder(self):
        """The model that made this index's vectors.

        Raises KnowledgeError when it can't be loaded, or is not the one any more that it was.
        """
        embedder = embeddings.embedder(self.model)
        if (embedder.recipe, embedder.dimensions) != (self.recipe, self.dimensions):
            raise KnowledgeError(
                f"The embedding model “{self.model}” has changed since the index was made "
                f"({self.recipe}, now {embedder.recipe}). Bring the former one back, or build "
                "another index with `manage.py reindex`."
            )
        return embedder

    def missing(self):
        """The passages that have no vector here yet, those that answer first."""
        here = self.embeddings.filter(passage=models.OuterRef("pk"))
        return Passage.objects.exclude(models.Exists(here)).order_by("-live", "pk")

    def enqueue(self):
        """Queues the work that is left, unless it is queued already."""
        from procrastinate.exceptions import AlreadyEnqueued

        from knowledge.tasks import build_index

        key = f"index-{self.pk}"
        with suppress(AlreadyEnqueued), transaction.atomic():
            build_index.configure(lock=key, queueing_lock=key).defer(index_id=self.pk)

    def note(self, **values):
        """Writes progress down. Raises DoesNotExist when the work was cancelled meanwhile."""
        # Never save(): an index that was removed meanwhile must not come back.
        kept = Index.objects.filter(pk=self.pk).exclude(state__in=self.UNWRITTEN)
        if not kept.update(**values):
            raise Index.DoesNotExist
        for name, value in values.items():
            setattr(self, name, value)

    def finish(self):
        """Marks a whole index ready; False when a passage came in without a vector for it."""
        with transaction.atomic():
            hold_indexes(alone=True)
            if self.missing().exists():
                return False
            self.note(state=self.State.READY, error="")
            self.record(None, "built")
        return True

    def fail(self, message):
        """Ends the work with a sentence; what answers stays, and so do the vectors made so far."""
        others = Index.objects.filter(pk=self.pk).exclude(state__in=self.UNWRITTEN)
        Index.objects.filter(pk=self.pk, state=self.State.ACTIVE).update(error=message)
        if others.exclude(state=self.State.ACTIVE).update(state=self.State.FAILED, error=message):
            self.record(None, f"failed: {message}")

    def cancel(self, by=None):
        """Breaks the building off; the vectors made so far stay for `resume`."""
        self._change([self.State.BUILDING], "is not being built", state=self.State.FAILED,
                     error=_("Cancelled. Resume it, or discard it."))  # fmt: skip
        self.record(by, "cancelled the building")

    @transaction.atomic
    def resume(self, by=None, cut=False):
        """Queues the rest of a building that failed or was cancelled."""
        values = {"state": self.State.BUILDING, "error": "", "cut": self.cut or cut}
        counted = {"measured": 0, "too_long": 0, "total": None}
        self._change([self.State.FAILED], "has not been broken off", **values, **counted)
        self.record(by, "resumed the building")
        self.enqueue()

    def activate(self, by=None, asked=False):
        """Lets this index answer, in one transaction; the one before stays, to be gone back to.

        One that was `asked` for earlier stays as it is where that was taken back meanwhile. Raises
        KnowledgeError when it is not whole or its model does not work.
        """
        # A model that answers nothing must not be switched to.
        embeddings.embed_question("Good morning", self.embedder())
        if self.state in self.SWITCHABLE and self.missing().exists():
            self.enqueue()
        with transaction.atomic():
            hold_indexes(alone=True)
            own = Index.objects.filter(pk=self.pk)
            if asked and not own.filter(switch_asked_at__isnull=False).exists():
                return
            self._check_whole()
            Index.objects.filter(state=self.State.ACTIVE).update(state=self.State.RETIRED)
            now = {"state": self.State.ACTIVE, "error": "", "activated_at": timezone.now()}
            now["switch_asked_at"] = None
            self._change(self.SWITCHABLE, "is not ready to be switched to", **now)
            self.record(by, "switched to")

    def _check_whole(self):
        missing = self.missing().count()
        if missing and self.state in self.SWITCHABLE:
            raise KnowledgeError(
                f"{missing} passages came in without a vector in index {self.pk}. They are being "
                "embedded now: try again in a moment."
            )
        # What was begun before the index was there goes into the others alone.
        began = Version.objects.filter(
            status__in=Version.UNFINISHED, started_at__lt=self.created_at
        )
        if early := began.select_related("document").first():
            raise KnowledgeError(
                f"“{early.document}” has been in work since before index {self.pk} was begun: try "
                "again when it is ready."
            )

    def discard(self, by=None):
        """Marks the index to be removed, as `hnsw.remove` does. Never the active one."""
        if self.state == self.State.ACTIVE:
            raise KnowledgeError(_("The active index can't be discarded: switch to another first."))
        with transaction.atomic():
            hold_indexes(alone=True)
            removable = [state for state in self.State if state != self.State.ACTIVE]
            self._change(removable, "is the active one by now", state=self.State.REMOVING)
            self.record(by, "discarded")

    def _change(self, states, otherwise, **values):
        """Writes values where the state is one of `states`, else raises KnowledgeError."""
        if not Index.objects.filter(pk=self.pk, state__in=states).update(**values):
            raise KnowledgeError(f"Index {self.pk} {otherwise}.")
        self.refresh_from_db()

    def record(self, by, deed):
        """Writes a deed into the audit trail."""
        told = f"{deed}: index {self.pk}, {self.model}"
        AuditEntry.record(AuditEntry.Action.INDEX, by, detail=told)


# Any number of it: it only has to be the desk's own.
INDEXES = 7_204_581


def hold_indexes(alone=False):
    """Keeps the set of indexes and their states as they are to the transaction's end.

    Whoever adds vectors shares it; whoever changes the set takes it `alone`. Documents are locked
    before it, never after.
    """
    way = "" if alone else "_shared"
    with prepared.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{way}($1)::text", [INDEXES])
