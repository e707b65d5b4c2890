"""The log of the hand-offs: who asked, took, handed back and closed, and when. Without any text."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Handoff, HandoffChange


class Changes(admin.TabularInline):
    model = HandoffChange
    fields = readonly_fields = ["at", "state", "by"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj):
        return False


@admin.register(Handoff)
class HandoffAdmin(admin.ModelAdmin):
    about = _(
        "The log of hand-offs, without any text. The conversations themselves are answered on"
        " the page “Hand-offs” of the desk."
    )
    list_display = ["reference", "state", "staff", "created_at", "mailed_at"]
    list_filter = ["state"]
    search_fields = ["reference"]
    fields = readonly_fields = ["reference", "state", "staff", "created_at", "mailed_at"]
    inlines = [Changes]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
