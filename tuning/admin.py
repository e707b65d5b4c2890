"""Curators write, review and approve pairs here."""

from django.contrib import admin, messages
from django.db.models import Q

from knowledge.models import Version
from tuning.errors import TuningError
from tuning.models import QAPair


@admin.register(QAPair)
class QAPairAdmin(admin.ModelAdmin):
    list_display = ["question_start", "status", "author", "reviewer", "updated_at"]
    list_filter = ["status", "author", "reviewer"]
    search_fields = ["question", "answer"]
    fields = ["question", "answer", "sources", "status", "author", "reviewer", "updated_at"]
    readonly_fields = ["status", "author", "reviewer", "updated_at"]
    filter_horizontal = ["sources"]
    list_select_related = ["author", "reviewer"]
    actions = ["submit", "approve", "reject"]

    @admin.display(description="question")
    def question_start(self, pair):
        return str(pair)

    def get_queryset(self, request):
        return super().get_queryset(request).filter(pk__in=QAPair.objects.visible_to(request.user))

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "sources":
            chosen = Q(pk__in=QAPair.sources.through.objects.values("version"))
            published = Q(status=Version.Status.READY)
            visible = Version.objects.visible_to(request.user).select_related("document")
            kwargs["queryset"] = visible.filter(chosen | published).order_by("document__name")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.author = request.user
        super().save_model(request, obj, form, change)
        if change and form.changed_data:
            obj.revise()

    @admin.action(description="Submit for review", permissions=["change"])
    def submit(self, request, queryset):
        self.each(request, queryset, lambda pair: pair.submit())

    @admin.action(description="Approve", permissions=["change"])
    def approve(self, request, queryset):
        self.each(request, queryset, lambda pair: pair.approve(by=request.user))

    @admin.action(description="Reject", permissions=["change"])
    def reject(self, request, queryset):
        self.each(request, queryset, lambda pair: pair.reject(by=request.user))

    def each(self, request, pairs, verb):
        """Does `verb` to every pair, and tells of each for which it can't be done."""
        done = 0
        for pair in pairs:
            try:
                verb(pair)
                done += 1
            except TuningError as error:
                self.message_user(request, str(error), messages.WARNING)
        self.message_user(request, f"{done} changed.")
