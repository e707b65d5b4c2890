"""Curators write, review and approve pairs here."""

from django.contrib import admin, messages
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from knowledge.models import Version
from tuning import preflight_admin
from tuning.errors import TuningError
from tuning.exchange_admin import ExchangeMixin
from tuning.forms import PairAdminForm, ReasonForm
from tuning.models import PairEvent, QAPair
from tuning.pair_filters import ReviewFilter, SourcesFilter, TagFilter
from tuning.pin_admin import PinMixin

TEXTS = ["question", "answer", "sources", "tags"]
STANDING = ["standing", "reason", "origin", "in_chat", "author", "edited_by", "reviewer"]


@admin.register(QAPair)
class QAPairAdmin(ExchangeMixin, PinMixin, admin.ModelAdmin):
    change_list_template = "admin/tuning/qapair/change_list.html"
    form = PairAdminForm
    action_form = ReasonForm
    list_display = ["question_start", "standing", "tagged", "author", "edited"]
    list_filter = [
        "status",
        "origin",
        TagFilter,
        SourcesFilter,
        ReviewFilter,
        ("author", admin.RelatedOnlyFieldListFilter),
        ("reviewer", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["question", "answer"]
    readonly_fields = [*STANDING, "updated_at", "history"]
    filter_horizontal = ["sources"]
    list_select_related = ["author"]
    list_per_page = 50
    actions = ["submit", "approve", "reject", "pin"]
    verbs = ["submit", "approve", "reject"]

    def get_fields(self, request, obj=None):
        return [*TEXTS, *STANDING, "updated_at", "history"] if obj else TEXTS

    @admin.display(description=_("question"))
    def question_start(self, pair):
        return str(pair)

    @admin.display(description=_("status"), ordering="status")
    def standing(self, pair):
        if pair.approved_alone:
            return gettext("approved by whoever wrote it")
        return pair.get_status_display()

    @admin.display(description=_("tags"))
    def tagged(self, pair):
        return ", ".join(pair.tags)

    @admin.display(description=_("changed"), ordering="updated_at")
    def edited(self, pair):
        return date_format(timezone.localtime(pair.updated_at), "SHORT_DATE_FORMAT")

    @admin.display(description=_("answer in the chat"))
    def in_chat(self, pair):
        if not pair.message_id:
            return "-"
        link = reverse("correct_answer", args=[pair.message_id])
        return format_html('<a href="{}">{}</a>', link, gettext("as it was given"))

    @admin.display(description=_("history"))
    def history(self, pair):
        return render_to_string("tuning/history.html", {"events": pair.events.all()})

    def get_urls(self):
        view = self.admin_site.admin_view(lambda request: preflight_admin.page(self, request))
        return [path("preflight/", view, name="tuning_qapair_preflight"), *super().get_urls()]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(pk__in=QAPair.objects.visible_to(request.user))

    def has_review_permission(self, request):
        return request.user.has_perm("tuning.review_qapair")

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "sources":
            chosen = Q(pk__in=QAPair.sources.through.objects.values("version"))
            published = Q(status=Version.Status.READY)
            visible = Version.objects.visible_to(request.user).select_related("document")
            kwargs["queryset"] = visible.filter(chosen | published).order_by("document__name")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        """A new pair has its author; of an old one only its text is written, never its state."""
        if change:
            texts = [name for name in form.changed_data if name != "sources"]
            obj.save(update_fields=[*texts, "updated_at"])
        else:
            obj.author = obj.edited_by = request.user
            obj.save()

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if not change:
            form.instance.record(
                PairEvent.Action.MADE, request.user, form.instance.get_origin_display()
            )
        elif form.changed_data:
            form.instance.edited(request.user, form.changed_data)

    def response_add(self, request, obj, post_url_continue=None):
        self.pressed(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        self.pressed(request, obj)
        return super().response_change(request, obj)

    def pressed(self, request, pair):
        """Does what the button under the form says, after the pair and its sources are saved."""
        for verb in self.verbs:
            if f"_{verb}" in request.POST:
                getattr(self, verb)(request, [pair])

    def render_change_form(self, request, context, *args, **kwargs):
        context["may_review"] = self.has_review_permission(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(self, request, extra_context=None):
        waiting = QAPair.objects.visible_to(request.user).filter(status="in_review").count()
        known = {"title": capfirst(self.opts.verbose_name_plural)}
        known |= {"may_review": self.has_review_permission(request), "waiting": waiting}
        known["no_pairs"] = not self.get_queryset(request).exists()
        return super().changelist_view(request, known | (extra_context or {}))

    @admin.action(description=_("Submit for review"), permissions=["change"])
    def submit(self, request, queryset):
        self.each(request, queryset, lambda pair: pair.submit(request.user))

    @admin.action(description=_("Approve"), permissions=["review"])
    def approve(self, request, queryset):
        if self.may_review(request):
            self.each(request, queryset, lambda pair: pair.approve(request.user))

    @admin.action(description=_("Reject"), permissions=["review"])
    def reject(self, request, queryset):
        reason = request.POST.get("reason", "").strip()[:500]
        if self.may_review(request):
            self.each(request, queryset, lambda pair: pair.reject(request.user, reason))

    def may_review(self, request):
        """Whether a button may do what the list offers those alone who review."""
        allowed = self.has_review_permission(request)
        if not allowed:
            self.message_user(request, gettext("You may not review pairs."), messages.WARNING)
        return allowed

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
            told = ngettext(
                "%(count)d pair is now %(status)s.",
                "%(count)d pairs are now %(status)s.",
                len(done),
            )
            status = done[0].get_status_display()
            self.message_user(request, told % {"count": len(done), "status": status})
