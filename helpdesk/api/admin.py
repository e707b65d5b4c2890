"""API keys: made, told once, revoked."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from helpdesk.models import ApiKey
from knowledge.models import Collection


class ApiKeyForm(forms.ModelForm):
    class Meta:
        model = ApiKey
        fields = ["name", "user", "expires_at", "per_minute", "limited", "collections"]


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """Who is no superuser makes keys for themselves alone, and changes their own."""

    about = _(
        "A key lets another tool ask the desk with the rights of one person. It is shown"
        " once, when it is made."
    )
    form = ApiKeyForm
    list_display = ["name", "prefix", "user", "state", "last_used_at", "expires_at", "per_minute"]
    list_select_related = ["user"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "prefix", "user__username"]
    filter_horizontal = ["collections"]
    autocomplete_fields = ["user"]
    readonly_fields = ["prefix", "created_at", "created_by", "last_used_at", "revoked_at"]
    actions = ["revoke"]

    def get_fields(self, request, obj=None):
        fields = list(ApiKeyForm.Meta.fields)
        if not request.user.is_superuser and obj is None:
            fields.remove("user")
        if not self.may_change(request, obj):
            # Their names are for those who may read them.
            fields.remove("collections")
        return [*fields, *self.readonly_fields] if obj else fields

    def get_readonly_fields(self, request, obj=None):
        return ["user", *self.readonly_fields] if obj else []

    def get_changeform_initial_data(self, request):
        return {"user": request.user.pk} | super().get_changeform_initial_data(request)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.may_change(request, obj)

    def may_change(self, request, obj):
        return obj is None or ApiKey.objects.kept_by(request.user).filter(pk=obj.pk).exists()

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "collections":
            kwargs["queryset"] = Collection.objects.visible_to(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            if not request.user.is_superuser:
                obj.user = request.user
            obj.created_by = request.user
            obj.told = obj.make_secret()
        super().save_model(request, obj, form, change)

    @sensitive_variables()
    def response_add(self, request, obj, post_url_continue=None):
        """The one page that shows the secret: it is kept nowhere, no message carries it."""
        context = self.admin_site.each_context(request) | {
            "title": gettext("The new key"),
            "key": obj,
            "secret": obj.told,
            "opts": self.opts,
        }
        # The admin lets no page of it be stored.
        return render(request, "admin/helpdesk/apikey/made.html", context)

    @admin.action(description=_("Revoke: end the keys for good"), permissions=["delete"])
    def revoke(self, request, queryset):
        """Asks, and ends the chosen keys."""
        if request.POST.get("sure"):
            for key in queryset:
                key.revoke(by=request.user)
            told = gettext("%(count)s revoked. Whatever used them is refused from now on.")
            self.message_user(request, told % {"count": queryset.count()}, messages.SUCCESS)
            return None
        context = self.admin_site.each_context(request) | {
            "title": gettext("Revoke these keys?"),
            "keys": queryset,
            "opts": self.opts,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return render(request, "admin/helpdesk/apikey/revoke.html", context)
