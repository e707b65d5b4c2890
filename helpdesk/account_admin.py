"""Accounts and groups in the admin, with what they may do in the reader's language."""

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# Django stores the names of permissions in English.
STANDARD = {
    "add": _("Can add: %(model)s"),
    "change": _("Can change: %(model)s"),
    "delete": _("Can delete: %(model)s"),
    "view": _("Can view: %(model)s"),
}


# Whose permissions open pages of the desk itself, not of the admin.
WITH_PAGES = ("curatedanswer", "explanation", "feedback", "gap", "version")


def asked_for() -> QuerySet:
    """The permissions that some page looks at: Django makes four for each table."""
    models = [model._meta.model_name for model in admin.site._registry]
    return Permission.objects.filter(content_type__model__in=[*models, *WITH_PAGES])


def said(permission: Permission) -> str:
    """What a permission allows, after the part of the desk that it belongs to."""
    kind = permission.content_type
    model = kind.model_class()
    if model is None:
        return str(permission)
    deed = permission.codename.removesuffix(f"_{kind.model}")
    if deed in STANDARD:
        allows = STANDARD[deed] % {"model": model._meta.verbose_name}
    else:
        allows = gettext(permission.name)
    part = _("Accounts") if kind.app_label == "auth" else model._meta.app_config.verbose_name
    return f"{part} – {allows}"


class PermissionsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj):
        return said(obj)


class SaysPermissions:
    """For an admin with a field of permissions."""

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        if db_field.remote_field.model is Permission:
            kwargs |= {"form_class": PermissionsField, "queryset": asked_for()}
        return super().formfield_for_manytomany(db_field, request, **kwargs)


admin.site.unregister([get_user_model(), Group])


@admin.register(get_user_model())
class AccountAdmin(SaysPermissions, UserAdmin):
    def get_deleted_objects(self, objs, request):
        """How much goes with an account; Django's own tells each, and titles are private words."""
        _objects, counts, refused, kept = super().get_deleted_objects(objs, request)
        return [str(one) for one in objs], counts, refused, kept


@admin.register(Group)
class GroupsAdmin(SaysPermissions, GroupAdmin):
    pass
