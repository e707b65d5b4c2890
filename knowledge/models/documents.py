"""Documents: what people know by a name, whichever version of it answers."""

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from knowledge.models.audit import AuditEntry
from knowledge.models.collections import Collection
from knowledge.written import Written


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The documents that `user` may read."""
        return self.filter(collection__in=Collection.objects.visible_to(user))

    def kept_by(self, user):
        """The documents that `user` may change and delete."""
        return self.filter(collection__in=Collection.objects.kept_by(user))

    def due_for_review(self, today):
        """The documents that answer and whose day of review is `today` or was before."""
        return self.filter(review_on__lte=today, current__isnull=False)

    def locked(self, pk):
        """A document, locked to the transaction's end; None when it is deleted."""
        # Without the key: an upload or a citation that refers to the row need not wait.
        return LOCKED.first(pk)


# The work on every version asks it.
LOCKED = Written(
    lambda pk: Document.objects.select_for_update(no_key=True).filter(pk=pk).order_by(), int
)


class Document(models.Model):
    """One document of the company under its file name; `current` is the version that answers."""

    # Without an index of its own: the one of its constraint begins with it.
    collection = models.ForeignKey(
        Collection,
        models.CASCADE,
        related_name="documents",
        verbose_name=_("collection"),
        db_index=False,
    )
    name = models.CharField(_("name"), max_length=255)
    title = models.CharField(_("title"), max_length=255, blank=True)
    current = models.ForeignKey(
        "Version", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Who is asked whether it still holds."),
        verbose_name=_("owner"),
    )
    review_on = models.DateField(
        _("review on"),
        null=True,
        blank=True,
        help_text=_("When its owner shall look whether it still holds."),
    )
    reminded_on = models.DateField(
        null=True, blank=True, editable=False, help_text=_("When its owner was told of the review.")
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        permissions = [
            ("search_as_others", _("Can search as another person")),
            ("read_questions", _("Can read the questions that documents answered")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["collection", "name"], name="one_document_a_name")
        ]

    def __str__(self):
        return self.title or self.name

    def delete(self, *args, by=None, **kwargs):
        """Deletes it with everything that hangs on it; the audit trail keeps its name."""
        from knowledge.removal import consequences

        with transaction.atomic():
            # Before the entry, which refers to the row: two that delete it would block each other.
            if not Document.objects.select_for_update().filter(pk=self.pk).first():
                return 0, {}
            # Kept in English: the audit trail says it anew in the language of its reader.
            with translation.override(settings.LANGUAGE_CODE):
                told = ", ".join(f"{count} {noun}" for count, noun in consequences(self))
            AuditEntry.record(AuditEntry.Action.DELETED, by, document=self, detail=told)
            return super().delete(*args, **kwargs)

    def entrust(self, owner, review_on, by):
        """Says who looks after the document, and on which day it is to be looked at again."""
        told = f"owner: {owner or 'nobody'}; review: {review_on or 'never'}"
        self.change(by, told, owner=owner, review_on=review_on, reminded_on=None)

    def reviewed(self, by, next_on):
        """Notes that the document still holds, and when to look at it again (None: never)."""
        told = f"reviewed; next review: {next_on or 'never'}"
        self.change(by, told, review_on=next_on, reminded_on=None)

    def change(self, by, told, **values):
        """Writes values to the row, and to the audit trail as `told`."""
        with transaction.atomic():
            Document.objects.filter(pk=self.pk).update(**values)
            AuditEntry.record(AuditEntry.Action.CHANGED, by, document=self, detail=told)
        for name, value in values.items():
            setattr(self, name, value)
