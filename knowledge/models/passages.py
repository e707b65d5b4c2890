"""Passages: what search gives and an answer cites."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from knowledge.models.collections import Collection
from knowledge.models.versions import Version


class PassageQuerySet(models.QuerySet):
    def live(self):
        """The passages of published versions: the ones that search may find."""
        return self.filter(live=True)

    def visible_to(self, user):
        """The passages of the documents that `user` may read."""
        return self.filter(collection__in=Collection.objects.visible_to(user))


class Passage(models.Model):
    """A piece of a version that fits the embedding model, with its headings, page and place."""

    # Without an index of its own: the one of its constraint begins with it.
    version = models.ForeignKey(
        Version,
        models.CASCADE,
        related_name="passages",
        verbose_name=_("version"),
        db_index=False,
    )
    collection = models.ForeignKey(
        Collection, models.CASCADE, related_name="+", verbose_name=_("collection")
    )
    live = models.BooleanField(_("answers"), default=False)
    ordinal = models.PositiveIntegerField(_("place in its document"))
    headings = models.TextField(
        _("headings"), blank=True, help_text=_("Title and headings, joined with › .")
    )
    text = models.TextField(_("text"))
    page = models.PositiveIntegerField(_("page"), null=True)
    page_starts = ArrayField(models.IntegerField(), default=list, help_text="Start, page, …")
    spans = models.JSONField(default=list, help_text="[start, end, page, left, top, right, bottom]")
    sentences = ArrayField(models.IntegerField(), default=list, help_text="Start, end, start, end…")
    words = models.GeneratedField(
        expression=SearchVector("headings", weight="B", config="english")
        + SearchVector("text", weight="A", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["version", "ordinal"]
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        constraints = [
            models.UniqueConstraint(fields=["version", "ordinal"], name="one_passage_an_ordinal")
        ]
        indexes = [
            # What comes in is sorted in together, for it shares most of its words. Every search
            # reads through what is not sorted in yet: so many kilobytes of it at most.
            GinIndex(
                name="passage_words",
                fields=["words"],
                condition=models.Q(live=True),
                fastupdate=True,
                gin_pending_list_limit=64,
            ),
            models.Index(name="passage_live", fields=["collection"], condition=models.Q(live=True)),
        ]

    def __str__(self):
        return f"{self.version.document}, passage {self.ordinal}"
