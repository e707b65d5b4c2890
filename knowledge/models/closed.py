"""What is remembered of restricted versions that are deleted: that they were restricted."""

from django.db import models


class ClosedVersion(models.Model):
    """A deleted version that not everyone might read: who might can't be told any more."""

    id = models.BigIntegerField(primary_key=True, help_text="The id that the version had.")

    def __str__(self):
        return f"Version {self.pk}"
