"""Indexes: the vectors of every passage by one embedding model. One index is active."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from pgvector.django import HalfVectorField

from knowledge import embeddings
from knowledge.errors import KnowledgeError
from knowledge.fields import HalfVectorsField
from knowledge.models.collections import Collection
from knowledge.models.passages import Passage


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
        # The constraint lets one of two processes win, and the other read what it made.
        return self.get_or_create(
            state=Index.State.ACTIVE, defaults={"model": settings.EMBEDDING_MODEL, **values}
        )[0]

    def written(self):
        """The indexes that every new version goes into, so that each may become active at once."""
        return self.exclude(state=Index.State.FAILED)


class Index(models.Model):
    """The embeddings of all passages by one model, from being built to being retired."""

    class State(models.TextChoices):
        BUILDING = "building"
        READY = "ready", "ready to be switched to"
        ACTIVE = "active"
        RETIRED = "retired", "retired, can be switched back to"
        FAILED = "failed"

    model = models.CharField(max_length=255, help_text="As EMBEDDING_MODEL names it.")
    recipe = models.CharField(max_length=100, help_text="What else changes a vector with it.")
    dimensions = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.BUILDING)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    activated_at = models.DateTimeField(null=True, blank=True)

    objects = IndexQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "indexes"
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="active"), name="one_active_index"
            )
        ]

    def __str__(self):
        return f"{self.recipe} ({self.get_state_display()})"

    def embedder(self):
        """The model that made this index's vectors.

        Raises KnowledgeError when it can't be loaded, or is not the one any more that it was.
        """
        embedder = embeddings.embedder(self.model)
        if (embedder.recipe, embedder.dimensions) != (self.recipe, self.dimensions):
            raise KnowledgeError(
                f"The embedding model “{self.model}” has changed since the index was made "
                f"({self.recipe}, now {embedder.recipe}). Run `manage.py reindex`."
            )
        return embedder


class Embedding(models.Model):
    """A passage's vector in one index, and those of its sentences."""

    index = models.ForeignKey(Index, models.CASCADE, related_name="embeddings")
    passage = models.ForeignKey(Passage, models.CASCADE, related_name="embeddings")
    collection = models.ForeignKey(Collection, models.CASCADE, related_name="+")
    live = models.BooleanField(default=False)
    vector = HalfVectorField()
    sentences = HalfVectorsField(HalfVectorField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["index", "passage"], name="one_embedding_an_index")
        ]
        indexes = [
            models.Index(
                name="embedding_live",
                fields=["index", "collection"],
                condition=models.Q(live=True),
            )
        ]

    def __str__(self):
        return f"{self.passage_id} in {self.index_id}"
