"""Collections: the unit of rights."""

from django.contrib.auth.models import Group
from django.db import models


class CollectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The collections whose documents `user` may read: every other right rests on this."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        groups = Group.objects.filter(user=user)
        return self.filter(models.Q(open_to_all=True) | models.Q(groups__in=groups)).distinct()

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

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=100, unique=True)
    open_to_all = models.BooleanField(
        "open to everyone", default=False, help_text="Everybody who can sign in may read it."
    )
    groups = models.ManyToManyField(
        Group, blank=True, help_text="Who may read it, where it is not open to everyone."
    )
    keepers = models.ManyToManyField(
        Group,
        blank=True,
        related_name="kept_collections",
        help_text="Which administrators look after its documents; where none is named, all who "
        "may read it.",
    )

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name
