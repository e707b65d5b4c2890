"""The page of all documents: the box for files, and the list with its states."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from knowledge import listing, picking
from knowledge.filter_forms import FilterForm
from knowledge.forms import UploadForm
from knowledge.receiving import receive
from knowledge.views.access import keeps_documents

# Where the session keeps the collection that its person sent files into last.
SENT_INTO = "sent_into"


@keeps_documents
@require_http_methods(["GET", "HEAD", "POST"])
def documents(request):
    """The upload box and the list of documents; takes files, and tells what became of each."""
    if request.method == "POST":
        return take_files(request)
    if request.htmx:
        return list_fragment(request)
    # Of many collections the one at hand, so that nothing goes into the first by mistake.
    at_hand = request.GET.get("collection") or request.session.get(SENT_INTO)
    form = UploadForm(user=request.user, initial={"collection": at_hand})
    return render(request, "knowledge/documents.html", list_context(request) | {"form": form})


@login_required
@never_cache
@require_GET
def suggest_documents(request):
    """What a DocumentField offers for the words that were typed in it."""
    typed = request.GET.get(request.htmx.trigger_name or "", "")
    context = {"suggested": picking.suggested(request.user, typed)}
    return render(request, "knowledge/suggested.html", context)


def take_files(request):
    form = UploadForm(request.POST, request.FILES, user=request.user)
    context = {"form": form, "receipts": receive(form, request.user)}
    status = 200 if form.is_valid() else 400
    into = form.cleaned_data.get("collection")
    if into and into.pk != request.session.get(SENT_INTO):
        request.session[SENT_INTO] = into.pk
    if request.htmx:
        return render(request, "knowledge/uploads.html", context, status=status)
    return render(
        request, "knowledge/documents.html", list_context(request) | context, status=status
    )


def list_fragment(request, problem=""):
    """The list alone; nothing at all where the page shows the very same one already."""
    context = list_context(request) | {"problem": problem}
    if request.GET.get("shown") == context["fingerprint"]:
        return HttpResponse(status=204)
    return render(request, "knowledge/list.html", context)


def list_context(request) -> dict:
    filters = FilterForm(request.GET, user=request.user)
    context = listing.page(request.user, filters.chosen(), request.GET.get("page"))
    return context | {"filters": filters, "query": query(request)}


def query(request) -> str:
    """The choice of documents in the address, for the links and forms of the list."""
    names = ("q", "state", "collection", "page")
    return urlencode({name: request.GET[name] for name in names if request.GET.get(name)})
