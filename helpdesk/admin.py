"""Engines, and which one answers; calibrations; sign-ins that must wait.

Conversations are private, and so not here.
"""

from django.contrib import admin, messages
from django.db.models import URLField
from django.utils.translation import gettext_lazy as _

from helpdesk import account_admin  # noqa: F401 - registers accounts and groups
from helpdesk.api import admin as api_admin  # noqa: F401 - registers the keys
from helpdesk.errors import HelpdeskError
from helpdesk.handoff import admin as handoff_admin  # noqa: F401 - registers the log
from helpdesk.models import Calibration, Engine, SignInTries
from helpdesk.sign_in import AdminSignInForm

admin.site.site_header = admin.site.site_title = _("Help desk")
admin.site.index_title = "Administration"
admin.site.login_form = AdminSignInForm


@admin.register(Engine)
class EngineAdmin(admin.ModelAdmin):
    about = _(
        "One engine is active and answers. “Quotes” answers without a language model, in"
        " sentences of the documents."
    )
    list_display = ["name", "kind", "model", "active", "activated_at", "activated_by"]
    readonly_fields = ["active", "activated_at", "activated_by"]
    actions = ["activate"]
    formfield_overrides = {URLField: {"assume_scheme": "http"}}
    where = ["kind", "base_url", "model"]
    where_told = _(
        "Every question goes to this address while the engine answers, with the passages found for"
        " it, restricted ones too, and the turns before it. Name only a service that the company"
        " trusts with all of that. Changing it takes the permission “Can say where questions are"
        " sent”."
    )
    fieldsets = [
        (None, {"fields": ["name", "active", "activated_at", "activated_by"]}),
        (_("Where questions are sent"), {"description": where_told, "fields": where}),
        (_("How it answers"), {"fields": ["context", "strict", "courtesies"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        """Who may only switch engines points none at another address."""
        points = request.user.has_perm("helpdesk.point_engine")
        return [*self.readonly_fields, *([] if points else self.where)]

    def has_add_permission(self, request):
        points = request.user.has_perm("helpdesk.point_engine")
        return points and super().has_add_permission(request)

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

    about = _(
        "A calibration fits the confidence, which decides when the desk declines, to your own"
        " questions. The command `manage.py calibrate` makes one; without any, the shipped"
        " numbers hold."
    )
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

    @admin.display(boolean=True, description=_("in use"))
    def in_use(self, row):
        return row.scale == Calibration.current()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(SignInTries)
class SignInTriesAdmin(admin.ModelAdmin):
    """Who has tried to sign in and failed of late, and who must wait."""

    about = _(
        "Who gave a wrong password of late, and who must wait. Choose a line to let somebody"
        " try again at once."
    )
    list_display = ["account", "address", "count", "since", "locked_until"]
    list_display_links = None
    list_select_related = ["user"]
    search_fields = ["user__username", "address"]
    actions = ["lift"]

    @admin.display(description=_("account"))
    def account(self, tries):
        return tries.whose

    @admin.action(description=_("Let them try again at once"), permissions=["delete"])
    def lift(self, request, queryset):
        for tries in queryset:
            tries.lift(by=request.user)
        self.message_user(request, _("They can try again."), messages.SUCCESS)

    def get_actions(self, request):
        """No deletion beside it: this is one, and is told to the audit trail."""
        return {name: one for name, one in super().get_actions(request).items() if name == "lift"}

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
