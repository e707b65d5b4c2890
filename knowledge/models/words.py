"""The words that stand in many passages: search looks for the others first."""

from django.db import models


class CommonWord(models.Model):
    """A stem, and about how many of the published passages hold it; rare ones have no row."""

    word = models.TextField(primary_key=True)
    passages = models.PositiveIntegerField()

    def __str__(self):
        return self.word
