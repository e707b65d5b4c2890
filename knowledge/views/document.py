"""The page of a document: how it stands, its versions, its dates, and who looks after it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from knowledge import listing, publishing, uploads
from knowledge.care_forms import CareForm, ReviewForm
from knowledge.errors import KnowledgeError
from knowledge.forms import DatesForm, VersionForm
from knowledge.history import history
from knowledge.models import Document, Version
from knowledge.receiving import Receipt
from knowledge.views.access import keeps_documents, kept_document, readable_document
from knowledge.views.people import people


@keeps_documents
@require_http_methods(["GET", "HEAD"])
def document(request, pk):
    """Everything that its keepers know of a document; htmx asks for its state alone."""
    found = readable_document(request, pk)
    context = state_of(request, found)
    if not request.htmx:
        return page(request, found, context)
    if request.GET.get("shown") == context["fingerprint"]:
        return HttpResponse(status=204)
    return render(request, "knowledge/document_state.html", context)


def page(request, document, context=None, status=200, **forms):
    """The whole page, with forms that were refused in the place of fresh ones."""
    context = (context or state_of(request, document)) | fresh_forms(document) | forms
    context |= {"people": people(), "tab": "overview"}
    return render(request, "knowledge/document.html", context, status=status)


def state_of(request, document) -> dict:
    """What changes by itself while the page is open, and a fingerprint of how it looks."""
    annotated = listing.documents(request.user).get(pk=document.pk)
    row, versions = listing.rows([annotated])[0], history(document)
    looks = listing.fingerprint(row, [(one.pk, one.status) for one in versions])
    return {"document": document, "row": row, "versions": versions, "fingerprint": looks}


def fresh_forms(document) -> dict:
    subject, names = dated(document), ("effective_from", "expires_on")
    care = {"owner": document.owner and document.owner.username, "review_on": document.review_on}
    return {
        "dates_form": DatesForm(initial={name: getattr(subject, name, None) for name in names}),
        "care_form": CareForm(initial=care),
        "review_form": ReviewForm(initial={"next_on": in_a_year()}),
        "version_form": VersionForm(auto_id="version_%s"),
        "dated": subject,
        "due": document.review_on and document.review_on <= timezone.localdate(),
    }


def in_a_year():
    """The same day next year; 28 February for a leap day."""
    today = timezone.localdate()
    leap_day = (today.month, today.day) == (2, 29)
    return today.replace(year=today.year + 1, day=28 if leap_day else today.day)


def dated(document):
    """The version whose dates the page offers: the newest that came, or may come, to an answer."""
    return document.versions.exclude(status__in=Version.STOPPED).order_by("-number").first()


@keeps_documents
@require_POST
def set_dates(request, pk):
    """From when until when the newest version answers."""
    document = kept_document(request, pk)
    form = DatesForm(request.POST)
    subject = dated(document)
    if subject and form.is_valid():
        first, last = form.cleaned_data["effective_from"], form.cleaned_data["expires_on"]
        try:
            publishing.reschedule(subject, first, last, request.user)
            tell_dates(request, subject)
            return redirect("document", pk)
        except KnowledgeError as error:
            form.add_error(None, str(error))
    return page(request, document, status=400, dates_form=form)


def tell_dates(request, version):
    """Says what the dates have made of the version."""
    version.refresh_from_db(fields=["status"])
    told = {"number": version.number, "state": version.get_status_display()}
    messages.success(request, _("Saved. Version %(number)d is now: %(state)s.") % told)


@keeps_documents
@require_POST
def set_care(request, pk):
    """Who is asked, and when, whether the document still holds."""
    document = kept_document(request, pk)
    form = CareForm(request.POST)
    if not form.is_valid():
        return page(request, document, status=400, care_form=form)
    document.entrust(form.cleaned_data["owner"], form.cleaned_data["review_on"], request.user)
    tell_care(request, document)
    return redirect("document", pk)


def tell_care(request, document):
    """Says that it is saved, and where the owner will not be able to do what is asked of them."""
    messages.success(request, _("Saved."))
    owner = document.owner
    if owner is None:
        return
    kept = Document.objects.kept_by(owner).filter(pk=document.pk).exists()
    if not kept:
        told = _("%(owner)s may not change this document: somebody else must note its review.")
        messages.warning(request, told % {"owner": owner})
    elif not owner.email:
        told = _("%(owner)s has no address, so no mail is sent: it is listed under Reviews alone.")
        messages.warning(request, told % {"owner": owner})


@keeps_documents
@require_POST
def add_version(request, pk):
    """Takes one file as the next version, whatever the file is called."""
    document = kept_document(request, pk)
    form = VersionForm(request.POST, request.FILES, auto_id="version_%s")
    if not form.is_valid():
        return page(request, document, status=400, version_form=form)
    file = form.cleaned_data["file"]
    dates = {name: form.cleaned_data[name] for name in ("effective_from", "expires_on")}
    taken = uploads.upload(
        document.collection, file.name, file, request.user, document=document, **dates
    )
    return page(request, document, receipt=Receipt(file.name, taken))


@keeps_documents
@require_GET
def passages(request, pk):
    """Leads to the passages of the version that answers, else of the newest."""
    document = readable_document(request, pk)
    shown = document.current or document.versions.order_by("-number").first()
    return redirect("passages", shown.pk) if shown else redirect("document", pk)
