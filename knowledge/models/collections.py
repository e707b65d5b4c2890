"""Collections: the unit of rights."""

from django.contrib.auth.models import Group
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _


class CollectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The collections whose documents `user` may read: every other right rests on this."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        groups = Group.objects.filter(user=user)
        return self.filter(models.Q(open_to_all=True) | models.Q(groups__in=groups)).distinct()

    def closed_to(self, user):
        """The others: those whose documents `user` may not read."""
        return self.exclude(pk__in=Collection.objects.visible_to(user).values("pk"))

    def kept_by(self, user):
        """The collections whose documents `user` may upload, change and delete.

        It takes the permission to add versions, the right to read, and, where a collection names
        keepers, to be one of them.
        """
        if not user.is_active or not user.has_perm("knowledge.add_version"):
            return self.none()
        if user.is_superuser:
            return self
        groups = Group.objects.filter(user=user)
        mine = models.Q(keepers__isnull=True) | models.Q(keepers__in=groups)
        return self.visible_to(user).filter(mine).distinct()


class Collection(models.Model):
    """Documents that the same people may read."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    open_to_all = models.BooleanField(
        _("open to everyone"), default=False, help_text=_("Everybody who can sign in may read it.")
    )
    groups = models.ManyToManyField(
        Group,
        blank=True,
        help_text=_("Who may read it, where it is not open to everyone."),
        verbose_name=_("readers"),
    )
    keepers = models.ManyToManyField(
        Group,
        blank=True,
        related_name="kept_collections",
        help_text=_(
            "Which administrators look after its documents; where none is named, all who "
            "may read it."
        ),
        verbose_name=_("keepers"),
    )
    passages = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("About how many are published; search plans by it.")
    )

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("collection")
        verbose_name_plural = _("collections")

    def __str__(self):
        return self.name

    def delete(self, *args, by=None, **kwargs):
        """Deletes it with its documents; the audit trail keeps all their names."""
        from knowledge.audit import Action, record

        with transaction.atomic():
            # Before the entry, which refers to the row: two that delete it would block each other.
            if not Collection.objects.select_for_update().filter(pk=self.pk).first():
                return 0, {}
            for document in self.documents.all():
                document.delete(by=by)
            record(Action.DELETED, by, collection=self)
            return super().delete(*args, **kwargs)

    def rights(self) -> str:
        """Who reads it and who looks after it, in words, for the audit trail."""
        readers = "everyone" if self.open_to_all else names(self.groups) or "nobody"
        return f"read by {readers}; kept by {names(self.keepers) or 'all who may read it'}"


def names(groups) -> str:
    return ", ".join(groups.order_by("name").values_list("name", flat=True))
