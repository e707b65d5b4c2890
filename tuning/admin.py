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

    def get_fields(self, request, obj=None):
        return self.fields if obj else ["question", "answer", "sources"]

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

    def response_add(self, request, obj, post_url_continue=None):
        self.pressed(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        self.pressed(request, obj)
        return super().response_change(request, obj)

    def pressed(self, request, pair):
        """Does what the button under the form says, after the pair and its sources are saved."""
        for verb in self.actions:
            if f"_{verb}" in request.POST:
                getattr(self, verb)(request, [pair])

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
        done = []
        for pair in pairs:
            try:
                verb(pair)
                done.append(pair)
            except TuningError as error:
                self.message_user(request, str(error), messages.WARNING)
        if done:
            noun = "pair is" if len(done) == 1 else "pairs are"
            self.message_user(request, f"{len(done)} {noun} now {done[0].get_status_display()}.")
