"""Collections and documents in the Django admin. Documents come in by upload, never by a form."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.models import ProcrastinateJob

from knowledge import admin_indexes, removal  # noqa: F401 - the indexes' page registers itself
from knowledge.audit import Action, record
from knowledge.audit_words import in_words
from knowledge.error_words import said
from knowledge.feed_admin import FeedAdmin  # noqa: F401 - registers itself
from knowledge.forms import UploadForm
from knowledge.models import AuditEntry, Collection, Document, Passage, Version
from knowledge.receiving import receive

# The queue's own page speaks English alone, asks nobody's rights, and ends jobs behind the backs of
# the documents they belong to.
admin.site.unregister(ProcrastinateJob)


class Kept:
    """Who keeps some collections sees and changes these alone, whatever else the groups allow."""

    def get_queryset(self, request):
        kept = self.model.objects.kept_by(request.user)
        return super().get_queryset(request).filter(pk__in=kept.order_by().values("pk"))

    def keeps(self, request, obj):
        kept = self.model.objects.kept_by(request.user)
        return obj is None or kept.filter(pk=obj.pk).exists()

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and self.keeps(request, obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.keeps(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.keeps(request, obj)

    def delete_model(self, request, obj):
        obj.delete(by=request.user)

    def delete_queryset(self, request, queryset):
        for obj in queryset:
            obj.delete(by=request.user)


@admin.register(Collection)
class CollectionAdmin(Kept, admin.ModelAdmin):
    about = _(
        "A collection holds documents that the same people may read; its keepers look after them."
    )
    list_display = ["name", "slug", "open_to_all", "readers"]
    prepopulated_fields = {"slug": ["name"]}
    filter_horizontal = ["groups", "keepers"]
    search_fields = ["name", "slug"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("read by"))
    def readers(self, collection):
        if collection.open_to_all:
            return _("everyone")
        return ", ".join(str(group) for group in collection.groups.all()) or _("nobody")

    def save_related(self, request, form, formsets, change):
        """Who may read and keep a collection is told to the audit trail, once it is written."""
        super().save_related(request, form, formsets, change)
        if form.has_changed():
            told = form.instance.rights() if change else f"made; {form.instance.rights()}"
            record(Action.CHANGED, request.user, collection=form.instance, detail=told)

    def get_deleted_objects(self, objs, request):
        documents = [one for collection in objs for one in collection.documents.all()]
        found = deletion(self, request, [*objs, *documents], documents)
        if documents and not request.user.has_perm("knowledge.delete_document"):
            found[2].add(Document._meta.verbose_name)
        return found


def deletion(model_admin, request, told: list, documents: list):
    """What the admin's confirmation page tells: Django's own would list every passage."""
    counts = {Document._meta.verbose_name_plural: len(documents)}
    counts |= {noun: count for count, noun in removal.consequences(*documents)}
    refused = (
        set() if model_admin.has_delete_permission(request) else {model_admin.opts.verbose_name}
    )
    return [str(one) for one in told], counts, refused, []


class ReadOnly:
    """What the desk writes itself is looked at here, not changed."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class VersionInline(ReadOnly, admin.TabularInline):
    model = Version
    fields = ["opened", "status", "problem", "pages", "passage_count", "uploaded_by", "uploaded_at"]
    readonly_fields = ["opened", "problem"]
    ordering = ["-number"]
    can_delete = False
    extra = 0

    @admin.display(description=_("version"))
    def opened(self, version):
        return format_html(
            '<a href="{}">{}</a>',
            version.get_absolute_url(),
            _("version %(number)d") % {"number": version.number},
        )

    @admin.display(description=_("error"))
    def problem(self, version):
        return said(version.error)


@admin.register(Document)
class DocumentAdmin(ReadOnly, Kept, admin.ModelAdmin):
    list_display = ["name", "title", "collection", "newest_status"]
    list_filter = [("collection", admin.RelatedOnlyFieldListFilter), "versions__status"]
    search_fields = ["name", "title"]
    list_select_related = ["collection"]
    inlines = [VersionInline]
    actions = ["retry"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("versions")

    @admin.display(description=_("newest version"))
    def newest_status(self, document):
        newest = max(document.versions.all(), key=lambda one: one.number, default=None)
        return newest.get_status_display() if newest else _("no file")

    @admin.action(description=_("Read again what failed"), permissions=["upload"])
    def retry(self, request, queryset):
        failed = Version.objects.filter(document__in=queryset, status=Version.Status.FAILED)
        queued = sum([version.retry(request.user) for version in failed])
        self.message_user(
            request, _("%(count)d put into the queue again.") % {"count": queued}, messages.SUCCESS
        )

    def get_deleted_objects(self, objs, request):
        return deletion(self, request, list(objs), list(objs))

    def has_upload_permission(self, request):
        return request.user.has_perm("knowledge.add_version")

    def get_urls(self):
        upload = self.admin_site.admin_view(self.upload_view)
        return [path("upload/", upload, name="knowledge_document_upload"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        link = reverse("admin:knowledge_document_upload")
        may = self.has_upload_permission(request)
        return super().changelist_view(
            request, {"upload_link": link if may else "", **(extra_context or {})}
        )

    def upload_view(self, request):
        """Takes files as the page `documents` does, inside the admin."""
        if not self.has_upload_permission(request):
            raise PermissionDenied
        posted = request.method == "POST"
        form = UploadForm(
            request.POST if posted else None, request.FILES if posted else None, user=request.user
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Upload documents"),
            "opts": self.opts,
            "form": form,
            "receipts": receive(form, request.user) if posted else [],
        }
        name = "uploads" if request.htmx else "admin_upload"
        status = 400 if posted and not form.is_valid() else 200
        return render(request, f"knowledge/{name}.html", context, status=status)


@admin.register(Passage)
class PassageAdmin(ReadOnly, admin.ModelAdmin):
    about = _(
        "What search compares with a question: documents are cut into passages under their"
        " headings."
    )
    list_display = ["version", "ordinal", "page", "live", "headings"]
    list_filter = ["live", ("collection", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["version__document__name", "text"]
    list_select_related = ["version__document"]
    fields = ["version", "ordinal", "page", "live", "headings", "text"]
    show_full_result_count = False

    def get_queryset(self, request):
        heavy = ["words", "spans"]
        return Passage.objects.visible_to(request.user).defer(*heavy)

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, admin.ModelAdmin):
    about = _("Who did what with documents and collections, and when. Nothing here can be changed.")
    list_display = ["at", "person", "action", "which", "collection_name", "told"]
    list_filter = ["action", ("collection", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["by_name", "document_name", "collection_name", "detail"]
    date_hierarchy = "at"
    fields = [*list_display]
    show_full_result_count = False

    def get_queryset(self, request):
        return AuditEntry.objects.visible_to(request.user).order_by("-at", "-pk")

    @admin.display(description=_("by"), ordering="by_name")
    def person(self, entry):
        return entry.by_name or _("the desk")

    @admin.display(description=_("document"), ordering="document_name")
    def which(self, entry):
        if entry.version_number is None:
            return entry.document_name
        told = {"document": entry.document_name, "number": entry.version_number}
        return _("%(document)s, version %(number)d") % told

    @admin.display(description=_("detail"))
    def told(self, entry):
        return in_words(entry)

    def has_delete_permission(self, request, obj=None):
        return False
