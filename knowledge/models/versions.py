"""Versions: one uploaded file of a document, on its way from queued to published."""

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from knowledge.models.audit import AuditEntry
from knowledge.models.closed import ClosedVersion
from knowledge.models.documents import Document
from knowledge.written import update

# A version of whose pages a smaller part gave text waits for somebody's approval.
MIN_COVERAGE = 0.8


class VersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The versions, published or not, of the documents that `user` may read."""
        return self.filter(document__in=Document.objects.visible_to(user))

    def opened_by(self, user):
        """Those that `user` may open: what waits for its day or an approval, only administrators.

        One that has answered before stays open to whoever may read it: old answers cite it.
        """
        found = self.visible_to(user)
        if user.has_perm("knowledge.add_version"):
            return found
        published = AuditEntry.objects.filter(
            action=AuditEntry.Action.PUBLISHED,
            document=models.OuterRef("document"),
            version_number=models.OuterRef("number"),
        )
        return found.filter(
            models.Q(status__in=Version.ANSWERED) | models.Q(models.Exists(published))
        )

    def closed_to(self, user):
        """The others: those of the documents that `user` may not read."""
        return self.exclude(pk__in=Version.objects.visible_to(user).values("pk"))

    def hidden_from(self, user, pks) -> set[int]:
        """Those of the versions `pks` that `user` may not read.

        Who might read a restricted one that is deleted can't be told any more: superusers alone do.
        """
        readable = self.filter(pk__in=pks).visible_to(user)
        left = set(pks).difference(readable.values_list("pk", flat=True))
        if not left or (user.is_active and user.is_superuser):
            return set()
        there, closed = self.filter(pk__in=left), ClosedVersion.objects.filter(pk__in=left)
        return {pk for found in (there, closed) for pk in found.values_list("pk", flat=True)}


def covered(readable: int, expected: int) -> str:
    """How many pages gave text, in the active language."""
    told = ngettext(
        "%(readable)d of %(expected)d page has text",
        "%(readable)d of %(expected)d pages have text",
        expected,
    )
    return told % {"readable": readable, "expected": expected}


def version_path(version, name):
    """Where an uploaded file is kept: never under the name that a person gave it."""
    return f"versions/{version.sha256[:2]}/{version.sha256}-{version.document_id}"


class Version(models.Model):
    """One uploaded file of a document, on its way from queued to ready, or failed with a reason."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        EXTRACTING = "extracting", _("reading")
        EMBEDDING = "embedding", _("indexing")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        HELD = "held", _("waits for approval")
        SCHEDULED = "scheduled", _("Scheduled")
        REPLACED = "replaced", _("Replaced")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    UNFINISHED = (Status.QUEUED, Status.EXTRACTING, Status.EMBEDDING)
    STOPPED = (Status.FAILED, Status.CANCELLED)
    ANSWERED = (Status.READY, Status.REPLACED, Status.EXPIRED)

    # Without an index of its own: the one of its constraint begins with it.
    document = models.ForeignKey(Document, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(
        max_length=255, blank=True, help_text="The file's own name; empty: the document's."
    )
    title = models.CharField(max_length=255, blank=True)
    file = models.FileField(upload_to=version_path)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Percent of the stage.")
    error = models.TextField(blank=True)
    warning = models.TextField(blank=True)
    pages = models.PositiveIntegerField(default=0)
    paged = models.BooleanField(default=False, help_text="Page numbers mean something to a reader.")
    readable_pages = models.PositiveIntegerField(default=0, help_text="Pages that gave text.")
    expected_pages = models.PositiveIntegerField(default=0, help_text="Pages that are not blank.")
    passage_count = models.PositiveIntegerField(default=0)
    generation = models.PositiveSmallIntegerField(
        default=0, help_text="The rules by which its passages were cut."
    )
    approved = models.BooleanField(default=False, help_text="It may answer though it lacks pages.")
    effective_from = models.DateField(
        null=True, blank=True, help_text="The first day on which it answers; empty: at once."
    )
    expires_on = models.DateField(
        null=True, blank=True, help_text="The last day on which it answers; empty: for ever."
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_version_a_number")
        ]
        # Every upload looks for its name and its bytes among all that there are.
        indexes = [
            models.Index(name="version_name", fields=["name"]),
            models.Index(name="version_sha256", fields=["sha256"]),
        ]

    def __str__(self):
        told = {"document": self.document, "number": self.number}
        return gettext("%(document)s, version %(number)d") % told

    def get_absolute_url(self):
        return reverse("version", args=[self.pk])

    def enqueue(self):
        """Queues the indexing, in the transaction under way; one document's versions keep order."""
        from knowledge.tasks import ingest

        ingest.configure(lock=f"document-{self.document_id}").defer(version_id=self.pk)

    def retry(self, by=None) -> bool:
        """Queues a failed or cancelled version again; false for any other, and without a file."""
        with transaction.atomic():
            Document.objects.locked(self.document_id)
            stopped = Version.objects.filter(pk=self.pk, status__in=self.STOPPED)
            if not self.file or not stopped.update(approved=False):
                return False
            self.requeue()
            AuditEntry.record(AuditEntry.Action.RETRIED, by, version=self)
        return True

    def requeue(self):
        """Sends the version through the work again, in the transaction under way."""
        Version.objects.filter(pk=self.pk).update(
            status=self.Status.QUEUED,
            progress=0,
            error="",
            warning="",
            started_at=None,
            finished_at=None,
        )
        self.enqueue()

    def cancel(self, by=None) -> bool:
        """Ends unfinished work; false where there is none. `retry` begins it anew.

        A worker that has begun stops at its next report.
        """
        from knowledge.queueing import take_out

        with transaction.atomic():
            Document.objects.locked(self.document_id)
            unfinished = Version.objects.filter(pk=self.pk, status__in=self.UNFINISHED)
            if not unfinished.update(status=self.Status.CANCELLED, finished_at=timezone.now()):
                return False
            take_out(self)
            AuditEntry.record(AuditEntry.Action.CANCELLED, by, version=self)
        return True

    def begin(self):
        """Notes that the work has begun, with the reading of the file.

        Raises DoesNotExist when there is nothing to do: the version is deleted, or already finished
        by a worker that was taken for dead.
        """
        self.note(
            status=self.Status.EXTRACTING,
            progress=0,
            started_at=timezone.now(),
            finished_at=None,
            error="",
            warning="",
        )

    def report(self, stage, percent):
        """Writes the stage and its progress down. Raises DoesNotExist as `begin` does."""
        self.note(status=stage, progress=min(percent, 100))

    def was_read(self, readable, expected, warnings):
        """Notes that the file is read, and its passages come next.

        Keeps how many pages gave text, of how many that should, and what could not be read. Raises
        as `begin` does.
        """
        self.note(
            status=self.Status.EMBEDDING,
            progress=0,
            readable_pages=readable,
            expected_pages=expected,
            warning="\n".join(warnings),
        )

    def fail(self, message):
        """Ends the work with a sentence for the administrator; what was published before stays.

        Raises DoesNotExist as `begin` does.
        """
        with transaction.atomic():
            self.hold()
            self.note(status=self.Status.FAILED, error=message, finished_at=timezone.now())
            AuditEntry.record(AuditEntry.Action.FAILED, version=self, detail=message)

    def hold(self):
        """The document, locked to the transaction's end, so that publishing and deleting queue up.

        Raises DoesNotExist when it is deleted.
        """
        held = Document.objects.locked(self.document_id)
        if held is None:
            raise Version.DoesNotExist
        return held

    def note(self, **values):
        """Writes values to an unfinished version's row. Raises DoesNotExist as `begin` does."""
        # Never save(): a version that was deleted meanwhile must not come back.
        unfinished = [self.pk, list(map(str, self.UNFINISHED))]
        if not update(Version, "id = $1 AND status = ANY ($2)", unfinished, values):
            raise Version.DoesNotExist
        for name, value in values.items():
            setattr(self, name, value)

    @property
    def finished(self):
        return self.status not in self.UNFINISHED

    @property
    def file_name(self):
        """The name under which the file was uploaded."""
        return self.name or self.document.name

    @property
    def coverage(self):
        """How many pages gave text, as "38 of 40 pages have text"; "" where nobody counted."""
        return covered(self.readable_pages, self.expected_pages) if self.expected_pages else ""

    @property
    def lacks_pages(self):
        """Whether so many pages gave no text that it needs approval, and has none."""
        short = self.readable_pages < MIN_COVERAGE * self.expected_pages
        return short and not self.approved

    @property
    def seconds(self):
        """Seconds of work, None before the end."""
        if self.started_at and self.finished_at:
            return (self.finished_at - self.started_at).total_seconds()
        return None
