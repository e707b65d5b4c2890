"""Engines, and which one answers. Conversations are private, and so are not here."""

from django.contrib import admin, messages
from django.db.models import URLField

from helpdesk.models import Engine

admin.site.site_header = admin.site.site_title = "Help desk"
admin.site.index_title = "Administration"


@admin.register(Engine)
class EngineAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "model", "active", "activated_at", "activated_by"]
    readonly_fields = ["active", "activated_at", "activated_by"]
    actions = ["activate"]
    formfield_overrides = {URLField: {"assume_scheme": "http"}}

    @admin.action(description="Activate: answer with this engine", permissions=["change"])
    def activate(self, request, queryset):
        """Makes the one that is chosen the active engine."""
        if queryset.count() != 1:
            self.message_user(request, "Choose exactly one engine.", messages.ERROR)
            return
        engine = queryset.get()
        engine.activate(by=request.user)
        self.message_user(request, f"From the next question on, {engine} answers.")
