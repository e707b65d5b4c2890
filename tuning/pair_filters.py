"""By what the list of pairs is narrowed."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class TagFilter(admin.SimpleListFilter):
    title = _("tag")
    parameter_name = "tag"

    def lookups(self, request, model_admin):
        rows = model_admin.get_queryset(request).order_by().values_list("tags", flat=True)
        return [(tag, tag) for tag in sorted({tag for tags in rows for tag in tags})]

    def queryset(self, request, queryset):
        return queryset.filter(tags__contains=[self.value()]) if self.value() else queryset


class SourcesFilter(admin.SimpleListFilter):
    title = _("sources")
    parameter_name = "sources"

    def lookups(self, request, model_admin):
        return [("changed", _("changed since")), ("none", _("none"))]

    def queryset(self, request, queryset):
        if self.value() == "changed":
            return queryset.outdated()
        return queryset.filter(sources=None) if self.value() == "none" else queryset


class ReviewFilter(admin.SimpleListFilter):
    title = _("review")
    parameter_name = "review"

    def lookups(self, request, model_admin):
        return [("alone", _("approved by whoever wrote it"))]

    def queryset(self, request, queryset):
        return queryset.approved_alone() if self.value() == "alone" else queryset
