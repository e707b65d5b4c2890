"""Embeddings: the vectors of a passage in one index."""

from django.db import models
from pgvector.django import HalfVectorField

from knowledge.fields import HalfVectorsField, Signs, SignsField
from knowledge.models.collections import Collection
from knowledge.models.indexes import Index
from knowledge.models.passages import Passage


class Embedding(models.Model):
    """A passage's vector in one index, and those of its sentences.

    `signs` tells of each number of the vector whether it is above zero: a sixteenth of the memory.
    """

    # Without an index of its own: one below begins with it. So does another with the collection.
    index = models.ForeignKey(Index, models.CASCADE, related_name="embeddings", db_index=False)
    passage = models.ForeignKey(Passage, models.CASCADE, related_name="embeddings")
    collection = models.ForeignKey(Collection, models.CASCADE, related_name="+", db_index=False)
    live = models.BooleanField(default=False)
    vector = HalfVectorField()
    sentences = HalfVectorsField(HalfVectorField(), default=list)
    signs = models.GeneratedField(
        expression=Signs("vector"), output_field=SignsField(), db_persist=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["index", "passage"], name="one_embedding_an_index")
        ]
        indexes = [
            # Signs are compared in the index itself, without a look into the table.
            models.Index(
                name="embedding_signs",
                fields=["collection", "index", "live"],
                include=["passage", "signs"],
            )
        ]

    def __str__(self):
        return f"{self.passage_id} in {self.index_id}"
