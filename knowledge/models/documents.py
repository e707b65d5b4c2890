"""Documents: what people know by a name, whichever version of it answers."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from knowledge.models.collections import Collection


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The documents that `user` may read."""
        return self.filter(collection__in=Collection.objects.visible_to(user))

    def kept_by(self, user):
        """The documents that `user` may change and delete."""
        return self.filter(collection__in=Collection.objects.kept_by(user))


class Document(models.Model):
    """One document of the company under its file name; `current` is the version that answers."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="documents")
    name = models.CharField(max_length=255)
    title = models.CharField(max_length=255, blank=True)
    current = models.ForeignKey(
        "Version", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who is asked whether it still holds.",
    )
    review_on = models.DateField(
        null=True, blank=True, help_text="When its owner shall look whether it still holds."
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
