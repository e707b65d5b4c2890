"""Feeds in the Django admin: what is followed, how it went, and "sync now"."""

from pathlib import Path
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _

from knowledge.error_words import said
from knowledge.models import Collection, Feed


class FeedForm(forms.ModelForm):
    class Meta:
        model = Feed
        fields = ["collection", "location", "every_minutes", "paused"]

    def clean_every_minutes(self):
        minutes = self.cleaned_data["every_minutes"]
        if minutes < 1:
            raise forms.ValidationError(_("At least one minute."))
        return minutes

    def clean_location(self):
        """The address of a sitemap, or a folder below the one that the settings allow.

        A page of the desk must not lead to every folder that its server can read; the shell may.
        """
        location = self.cleaned_data["location"].strip()
        if location.startswith(("http://", "https://")):
            return sitemap_address(location)
        allowed = settings.SYNC_FOLDER
        if not allowed:
            raise forms.ValidationError(
                _(
                    "Folders can be followed from here once SYNC_FOLDER names where they lie; "
                    "`manage.py sync` follows any."
                )
            )
        folder = Path(allowed, location).resolve()
        if not folder.is_relative_to(Path(allowed).resolve()):
            raise forms.ValidationError(
                _("Only folders below %(folder)s can be followed from here."),
                params={"folder": allowed},
            )
        if not folder.is_dir():
            raise forms.ValidationError(
                _("There is no folder %(folder)s."), params={"folder": folder}
            )
        return str(folder)


def sitemap_address(location: str) -> str:
    """The address itself. Raises ValidationError for one that leads nowhere, or tells a secret."""
    try:
        parts = urlsplit(location)
        host, secret = parts.hostname, parts.username or parts.password
    except ValueError:
        host = secret = None
    if not host:
        raise forms.ValidationError(
            _("The address names no host: it looks like https://www.example.com/sitemap.xml.")
        )
    if secret:
        raise forms.ValidationError(
            _(
                "Leave the name and the password out of the address: whoever looks after the"
                " collection would read them, and pages behind a sign-in are not followed."
            )
        )
    return location


@admin.register(Feed)
class FeedAdmin(admin.ModelAdmin):
    about = _(
        "A feed follows a folder, or a website by its sitemap: what is new or changed there"
        " comes in by itself."
    )
    form = FeedForm
    list_display = ["location", "collection", "every_minutes", "paused", "finished_at", "went"]
    list_select_related = ["collection"]
    actions = ["sync_now"]
    readonly_fields = ["started_at", "finished_at", "result", "problems"]

    def get_fields(self, request, obj=None):
        return [*FeedForm.Meta.fields, *(self.readonly_fields if obj else [])]

    def get_readonly_fields(self, request, obj=None):
        # Another place is another feed: the documents of this one would seem gone.
        return [*self.readonly_fields, *(["collection", "location"] if obj else [])]

    def get_queryset(self, request):
        return super().get_queryset(request).kept_by(request.user)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "collection":
            kwargs["queryset"] = Collection.objects.kept_by(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)
        if not obj.paused:
            obj.enqueue()

    @admin.display(description=_("result"))
    def went(self, feed):
        if feed.working_at:
            return _("at work")
        return said(feed.error.partition("\n")[0]) or self.result(feed) or _("queued")

    @admin.display(description=_("outcome"))
    def result(self, feed):
        return ", ".join(map(said, feed.outcome.split(", ")))

    @admin.display(description=_("error"))
    def problems(self, feed):
        return said(feed.error)

    @admin.action(description=_("Sync now"), permissions=["change"])
    def sync_now(self, request, queryset):
        for feed in queryset:
            feed.enqueue()
        count = queryset.count()
        self.message_user(
            request,
            _("%(count)d queued; see the result here.") % {"count": count},
            messages.SUCCESS,
        )
