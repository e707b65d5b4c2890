"""Engines, and which one answers; calibrations. Conversations are private, and so not here."""

from django.contrib import admin, messages
from django.db.models import URLField
from django.utils.translation import gettext_lazy as _

from helpdesk.api import admin as api_admin  # noqa: F401 - registers the keys
from helpdesk.errors import HelpdeskError
from helpdesk.handoff import admin as handoff_admin  # noqa: F401 - registers the log
from helpdesk.models import Calibration, Engine

admin.site.site_header = admin.site.site_title = _("Help desk")
admin.site.index_title = "Administration"


@admin.register(Engine)
class EngineAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "model", "active", "activated_at", "activated_by"]
    readonly_fields = ["active", "activated_at", "activated_by"]
    actions = ["activate"]
    formfield_overrides = {URLField: {"assume_scheme": "http"}}

    @admin.action(description=_("Activate: answer with this engine"), permissions=["change"])
    def activate(self, request, queryset):
        """Makes the one that is chosen the active engine."""
        if queryset.count() != 1:
            self.message_user(request, _("Choose exactly one engine."), messages.ERROR)
            return
        engine = queryset.get()
        try:
            engine.activate(by=request.user)
        except HelpdeskError as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            told = _("From the next question on, %(engine)s answers.") % {"engine": engine}
            self.message_user(request, told)


@admin.register(Calibration)
class CalibrationAdmin(admin.ModelAdmin):
    """Made by `manage.py calibrate`; where one is deleted, the one before is used again."""

    list_display = [
        "created_at",
        "sets",
        "threshold",
        "max_declined",
        "declined",
        "caught",
        "answerable",
        "unanswerable",
        "in_use",
    ]

    @admin.display(boolean=True)
    def in_use(self, row):
        return row.scale == Calibration.current()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
