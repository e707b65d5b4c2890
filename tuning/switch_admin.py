"""The log of switches in the admin, and the way back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from helpdesk.models import Engine
from tuning import closing, switching
from tuning.errors import TuningError
from tuning.models import Switch

LIST = "admin:tuning_switch_changelist"
SHOWN = 200


@admin.register(Switch)
class SwitchAdmin(admin.ModelAdmin):
    """Read alone; switches are made on the pages of the runs."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view(self.roll_back_view)
        return [path("roll-back/", view, name="tuning_roll_back"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {"title": _("Who answers"), "now": Engine.current(), **self.standing(request)}
        context["switches"] = Switch.objects.select_related("by", "before")[:SHOWN]
        return self.page(request, "switches", context)

    def roll_back_view(self, request):
        """Asks before; by POST ends the trial, or lets the engine before answer again."""
        if not request.user.has_perm(switching.SWITCH):
            raise PermissionDenied
        if request.method != "POST":
            context = {"title": _("Roll back"), "now": Engine.current(), **self.standing(request)}
            return self.page(request, "roll_back", context)
        try:
            switch = switching.roll_back(
                request.user, request.POST.get("reason", "").strip()[:2000]
            )
            told = _(
                "“%(engine)s” is rolled back. From the next question on, “%(before)s” answers."
            )
            values = {"engine": switch.name, "before": switch.before or Engine.current()}
            self.message_user(request, told % values, messages.SUCCESS)
        except TuningError as error:
            self.message_user(request, str(error), messages.WARNING)
        return redirect(LIST)

    def standing(self, request) -> dict:
        """The switch in force, and what would answer after a roll back."""
        switch = switching.in_force()
        if switch is None:
            return {"switch": None}
        trial = switch.engine.trial_share > 0
        after = Engine.current() if trial else switching.earlier(switch.engine)
        may = request.user.has_perm(switching.SWITCH)
        standing = {"switch": switch, "trial": trial, "after": after, "may_switch": may}
        standing["closed"] = closing.why_not(switch.engine)
        return {**standing, "groups": list(switch.engine.groups.all())}

    def page(self, request, name, context):
        whole = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return render(request, f"tuning/{name}.html", whole)
