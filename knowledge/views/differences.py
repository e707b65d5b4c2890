"""What changed from one version of a document to another."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from knowledge.differences import differences as hunks_of
from knowledge.history import history
from knowledge.side_by_side import rows
from knowledge.views.access import keeps_documents, readable_document


@keeps_documents
@require_GET
def differences(request, pk):
    """Two versions compared: the newest and the one before, where the address names none."""
    document = readable_document(request, pk)
    versions = [one for one in history(document) if one.passage_count]
    new = chosen(versions, request.GET.get("new")) or next(iter(versions), None)
    earlier = [one for one in versions if new and one.number < new.number]
    old = chosen(versions, request.GET.get("old")) or next(iter(earlier), None)
    context = {"document": document, "versions": versions, "old": old, "new": new}
    if old and new:
        context["rows"] = list(rows(hunks_of(old, new)))
    return render(request, "knowledge/differences.html", context | {"tab": "overview"})


def chosen(versions, number):
    """The version that the address names. Raises Http404 for one that is not there."""
    if not number:
        return None
    found = next((one for one in versions if str(one.number) == number), None)
    if found is None:
        raise Http404
    return found
