"""The audit trail: who did what to which document, and when."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from knowledge.models.collections import Collection
from knowledge.written import add


class AuditEntryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The entries of collections that `user` looks after; a superuser sees them all."""
        if user.is_active and user.is_superuser:
            return self
        return self.filter(collection__in=Collection.objects.kept_by(user))


class AuditEntry(models.Model):
    """One deed. It outlives what it tells of: names are kept as they were."""

    class Action(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        PUBLISHED = "published", _("Published")
        HELD = "held", _("held for approval")
        APPROVED = "approved", _("Approved")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        RETRIED = "retried", _("tried again")
        REPLACED = "replaced", _("Replaced")
        SCHEDULED = "scheduled", _("Scheduled")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        RESTORED = "restored", _("Restored")
        CHANGED = "changed", _("Changed")
        DELETED = "deleted", _("Deleted")
        LOCKED = "locked", _("locked a sign-in")
        UNLOCKED = "unlocked", _("unlocked a sign-in")
        INDEX = "index", _("changed the index")

    at = models.DateTimeField(_("when"), db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by_name = models.CharField(max_length=150, blank=True, help_text="Empty: the desk itself.")
    action = models.CharField(_("action"), max_length=10, choices=Action)
    collection = models.ForeignKey(
        Collection,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("collection"),
    )
    collection_name = models.CharField(_("collection"), max_length=100, blank=True)
    document = models.ForeignKey(
        "Document", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    document_name = models.CharField(_("document"), max_length=255, blank=True)
    version_number = models.PositiveIntegerField(_("version"), null=True, blank=True)
    detail = models.TextField(_("detail"), blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("entry of the audit trail")
        verbose_name_plural = _("audit trail")

    def __str__(self):
        return f"{self.get_action_display()} {self.document_name}"

    @classmethod
    def record(cls, action, by=None, document=None, version=None, collection=None, detail=""):
        """Keeps one deed of `by`, or of the desk itself, in the transaction under way.

        A version names its document, and a document its collection.
        """
        document = document or (version and version.document)
        collection = collection or (document and document.collection)
        entry = cls(
            action=action,
            by=by,
            by_name=by.get_username() if by else "",
            collection=collection,
            collection_name=collection.name if collection else "",
            document=document,
            document_name=document.name if document else "",
            version_number=version.number if version else None,
            detail=detail,
        )
        add(entry)
