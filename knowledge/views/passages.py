"""A version's passages, page by page, beside the picture of the page."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from knowledge.beside import beside
from knowledge.sources import UNREAD, page_count
from knowledge.views.access import keeps_documents, readable_version
from knowledge.views.sources import page_number


@keeps_documents
@require_GET
def passages(request, pk):
    """What search can find on one page of a version, and where on the page it stands."""
    version = readable_version(request, pk)
    last = page_count(version)
    context = beside(version, page_number(request, last))
    context |= {"last": last, "unread": UNREAD.get(version.status, ""), "tab": "passages"}
    return render(request, "knowledge/passages.html", context)
