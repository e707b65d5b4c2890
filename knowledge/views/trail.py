"""The audit trail: who did what to which document, and when."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.http import require_GET

from knowledge.filter_forms import TrailForm
from knowledge.keys import key
from knowledge.models import AuditEntry
from knowledge.views.access import keeps_documents

PAGE = 50


@keeps_documents
@require_GET
def trail(request):
    """The deeds in the collections that the person looks after, the last first."""
    filters = TrailForm(request.GET)
    entries = AuditEntry.objects.visible_to(request.user).select_related("document")
    found = chosen(entries, request.GET.get("document", ""), **filters.chosen())
    context = {
        "filters": filters,
        "filtered": bool(request.GET),
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "knowledge/trail.html", context)


def chosen(entries, document="", q="", person="", action=""):
    """Those of the entries that a TrailForm asks for, of one document where it is named by id."""
    if named := key(document):
        entries = entries.filter(document=named)
    if q:
        entries = entries.filter(document_name__icontains=q)
    if person:
        entries = entries.filter(Q(by__username__iexact=person) | Q(by_name__icontains=person))
    return entries.filter(action=action) if action else entries
