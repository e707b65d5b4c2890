"""Embeddings: the vectors of a passage in one index."""

from django.db import models
from pgvector.django import HalfVectorField

from knowledge.fields import HalfVectorsField
from knowledge.models.collections import Collection
from knowledge.models.indexes import Index
from knowledge.models.passages import Passage


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
