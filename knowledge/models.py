"""What the company knows: collections of documents, their versions, and their passages."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models, transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from pgvector.django import HalfVectorField, HnswIndex, VectorField

from knowledge.embeddings import DIMENSIONS
from knowledge.fields import HalfVectorsField


class CollectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The collections whose documents `user` may read: every other right rests on this."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        groups = Group.objects.filter(user=user)
        return self.filter(models.Q(open_to_all=True) | models.Q(groups__in=groups)).distinct()


class Collection(models.Model):
    """Documents that the same people may read."""

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=100, unique=True)
    open_to_all = models.BooleanField(
        "open to everyone", default=False, help_text="Everybody who can sign in may read it."
    )
    groups = models.ManyToManyField(
        Group, blank=True, help_text="Who may read it, where it is not open to everyone."
    )

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The documents that `user` may read."""
        return self.filter(collection__in=Collection.objects.visible_to(user))


class Document(models.Model):
    """One document of the company under its file name; `current` is the version that answers."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="documents")
    name = models.CharField(max_length=255)
    title = models.CharField(max_length=255, blank=True)
    current = models.ForeignKey(
        "Version", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["collection", "name"], name="one_document_a_name")
        ]

    def __str__(self):
        return self.title or self.name


class VersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The versions, published or not, of the documents that `user` may read."""
        return self.filter(document__in=Document.objects.visible_to(user))


def version_path(version, name):
    """Where an uploaded file is kept: never under the name that a person gave it."""
    return f"versions/{version.sha256[:2]}/{version.sha256}-{version.document_id}"


class Version(models.Model):
    """One uploaded file of a document, on its way from queued to ready, or failed with a reason."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        EXTRACTING = "extracting", "reading"
        EMBEDDING = "embedding", "indexing"
        READY = "ready"
        FAILED = "failed"
        REPLACED = "replaced"

    UNFINISHED = (Status.QUEUED, Status.EXTRACTING, Status.EMBEDDING)

    document = models.ForeignKey(Document, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    file = models.FileField(upload_to=version_path)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Percent of the stage.")
    error = models.TextField(blank=True)
    warning = models.TextField(blank=True)
    pages = models.PositiveIntegerField(default=0)
    paged = models.BooleanField(default=False, help_text="Page numbers mean something to a reader.")
    passage_count = models.PositiveIntegerField(default=0)
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

    def __str__(self):
        return f"{self.document}, version {self.number}"

    def get_absolute_url(self):
        return reverse("version", args=[self.pk])

    def enqueue(self):
        """Queues the indexing, in the transaction under way; one document's versions keep order."""
        from knowledge.tasks import ingest

        ingest.configure(lock=f"document-{self.document_id}").defer(version_id=self.pk)

    def retry(self):
        """Queues a failed version again. Anything else stays as it is."""
        queued = {"status": self.Status.QUEUED, "progress": 0, "error": "", "warning": ""}
        times = {"started_at": None, "finished_at": None}
        with transaction.atomic():
            failed = Version.objects.filter(pk=self.pk, status=self.Status.FAILED)
            if self.file and failed.update(**queued, **times):
                self.enqueue()

    def begin(self):
        """Notes that the work has begun.

        Raises DoesNotExist when there is nothing to do: the version is deleted, or already finished
        by a worker that was taken for dead.
        """
        self._update(started_at=timezone.now(), finished_at=None, error="", warning="")

    def report(self, stage, percent):
        """Writes the stage and its progress down. Raises DoesNotExist as `begin` does."""
        self._update(status=stage, progress=min(percent, 100))

    def warn(self, warnings):
        """Keeps what could not be read, for the administrator."""
        self._update(warning="\n".join(warnings))

    def fail(self, message):
        """Ends the work with a sentence for the administrator; what was published before stays.

        Raises DoesNotExist as `begin` does.
        """
        self._update(status=self.Status.FAILED, error=message, finished_at=timezone.now())

    def publish(self, passages, title, pages, paged):
        """Replaces the document's passages by this version's, in one transaction.

        A version that comes after a newer one, as by a retry, is replaced from the start. Raises
        DoesNotExist as `begin` does.
        """
        with transaction.atomic():
            document = self.hold()
            ready = document.versions.filter(status=self.Status.READY)
            newest = not ready.filter(number__gt=self.number).exists()
            self.passages.only("pk").delete()
            if newest:
                self._replace(document, title)
            for passage in passages:
                passage.live = newest
            Passage.objects.bulk_create(passages, batch_size=200)
            self._update(
                status=self.Status.READY if newest else self.Status.REPLACED,
                progress=100,
                finished_at=timezone.now(),
                pages=pages,
                paged=paged,
                passage_count=len(passages),
            )

    def hold(self):
        """The document, locked to the transaction's end, so that publishing and deleting queue up.

        Raises DoesNotExist when it is deleted.
        """
        # Without the key: an upload or a citation that refers to the row need not wait.
        held = Document.objects.select_for_update(no_key=True).filter(pk=self.document_id).first()
        if held is None:
            raise Version.DoesNotExist
        return held

    def _replace(self, document, title):
        old = document.versions.filter(status=self.Status.READY)
        Passage.objects.filter(version__in=old, live=True).update(live=False)
        old.update(status=self.Status.REPLACED)
        Document.objects.filter(pk=document.pk).update(current=self, title=title)

    def _update(self, **values):
        # Never save(): a version that was deleted meanwhile must not come back.
        if not Version.objects.filter(pk=self.pk, status__in=self.UNFINISHED).update(**values):
            raise Version.DoesNotExist
        for name, value in values.items():
            setattr(self, name, value)

    @property
    def finished(self):
        return self.status not in self.UNFINISHED

    @property
    def seconds(self):
        """Seconds of work, None before the end."""
        if self.started_at and self.finished_at:
            return (self.finished_at - self.started_at).total_seconds()
        return None


class PassageQuerySet(models.QuerySet):
    def live(self):
        """The passages of published versions: the ones that search may find."""
        return self.filter(live=True)

    def visible_to(self, user):
        """The passages of the documents that `user` may read."""
        return self.filter(collection__in=Collection.objects.visible_to(user))


class Passage(models.Model):
    """A piece of a version that fits the embedding model, with its headings, page and place."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="passages")
    collection = models.ForeignKey(Collection, models.CASCADE, related_name="+")
    live = models.BooleanField(default=False)
    ordinal = models.PositiveIntegerField()
    headings = models.TextField(blank=True, help_text="Title and headings, joined with › .")
    text = models.TextField()
    page = models.PositiveIntegerField(null=True)
    page_starts = ArrayField(models.IntegerField(), default=list, help_text="Start, page, …")
    spans = models.JSONField(default=list, help_text="[start, end, page, left, top, right, bottom]")
    recipe = models.CharField(max_length=100, help_text="What made the embedding.")
    embedding = VectorField(dimensions=DIMENSIONS)
    sentences = ArrayField(models.IntegerField(), default=list, help_text="Start, end, start, end…")
    sentence_embeddings = HalfVectorsField(HalfVectorField(dimensions=DIMENSIONS), default=list)
    words = models.GeneratedField(
        expression=SearchVector("headings", weight="B", config="english")
        + SearchVector("text", weight="A", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["version", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["version", "ordinal"], name="one_passage_an_ordinal")
        ]
        indexes = [
            HnswIndex(
                name="passage_embedding",
                fields=["embedding"],
                opclasses=["vector_ip_ops"],
                m=16,
                ef_construction=64,
                condition=models.Q(live=True),
            ),
            GinIndex(name="passage_words", fields=["words"], condition=models.Q(live=True)),
            models.Index(name="passage_live", fields=["collection"], condition=models.Q(live=True)),
        ]

    def __str__(self):
        return f"{self.version.document}, passage {self.ordinal}"
