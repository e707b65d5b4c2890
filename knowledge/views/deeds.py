"""What keepers do with a version or a document by one button; what can't be undone is asked."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from knowledge import listing, publishing, removal
from knowledge.error_words import said
from knowledge.errors import KnowledgeError
from knowledge.models import Document, Version
from knowledge.views import documents
from knowledge.views.access import deletes_documents, keeps_documents, kept_document, kept_version

# What each does, by its name in the address.
VERSION_DEEDS = {
    "retry": Version.retry,
    "cancel": Version.cancel,
    "publish": publishing.approve,
    "discard": publishing.discard,
}
DOCUMENT_DEEDS = {"withdraw": publishing.withdraw, "restore": publishing.restore}
CHANGED = _("Nothing was done: it stands differently by now. Look at its state.")
# Asked first: title, what comes of it, the button.
ASKED = {
    "discard": (
        _("Discard version {number} of “{document}”?"),
        _("It will never answer, and its passages go. What answers today stays as it is."),
        _("Discard"),
    ),
    "withdraw": (
        _("Withdraw “{document}”?"),
        _(
            "From now on no question is answered from it. Its versions, and the answers that cite"
            " it, stay; you can restore it at any time."
        ),
        _("Withdraw"),
    ),
}


@keeps_documents
@require_http_methods(["GET", "HEAD", "POST"])
def version_deed(request, pk, deed):
    """Does something with a version: reads it again, stops it, publishes or discards it."""
    if deed not in VERSION_DEEDS:
        raise Http404
    version = kept_version(request, pk)
    return asked_or_done(request, version.document, version, VERSION_DEEDS, deed)


@keeps_documents
@require_http_methods(["GET", "HEAD", "POST"])
def document_deed(request, pk, deed):
    """Withdraws or restores a document."""
    if deed not in DOCUMENT_DEEDS:
        raise Http404
    document = kept_document(request, pk)
    return asked_or_done(request, document, document, DOCUMENT_DEEDS, deed)


def asked_or_done(request, document, subject, deeds, deed):
    if request.method == "POST":
        return done(request, document, lambda: deeds[deed](subject, request.user))
    title, consequence, button = ASKED.get(deed, ("{document}", "", deed.capitalize()))
    names = {"document": document, "number": getattr(subject, "number", "")}
    context = {
        "title": title.format(**names),
        "consequence": consequence,
        "button": button,
        "document": document,
    }
    return ask(request, "ask", context)


def ask(request, name, context):
    """The question in a dialog for htmx, else as a page; both know where they were asked from."""
    on_page = "document" in context and request.GET.get("from") == "document"
    context |= {"query": documents.query(request), "on_page": on_page}
    name = f"{name}_dialog" if request.htmx else name
    return render(request, f"knowledge/{name}.html", context)


def done(request, document, deed):
    """Does it, and shows the list or the document as it is then, with what went wrong."""
    problem = ""
    try:
        if deed() is False:
            problem = CHANGED
    except KnowledgeError as error:
        problem = said(str(error))
    return after_change(request, document, problem)


def after_change(request, document=None, problem=""):
    """The list as it is now for htmx; for a plain form the page that it stood on."""
    if request.htmx:
        return documents.list_fragment(request, problem)
    if problem:
        messages.error(request, problem)
    if document and request.POST.get("from") == "document":
        return redirect("document", document.pk)
    return redirect(f"{reverse('documents')}?{documents.query(request)}")


@keeps_documents
@require_POST
def retry_failed(request):
    """Puts the newest version of every failed document, where it has a file, into the queue."""
    found = listing.documents(request.user).filter(kept=True)
    failed = listing.chosen(found, request.user, state="failed")
    for version in Version.objects.filter(pk__in=failed.values("newest")).exclude(file=""):
        version.retry(request.user)
    return after_change(request)


@keeps_documents
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_all(request):
    """Asks, and stops the work on every document that the person keeps, whoever sent it."""
    kept = Document.objects.kept_by(request.user)
    working = Version.objects.filter(document__in=kept, status__in=Version.UNFINISHED)
    if request.method == "POST":
        # The last first: a worker takes those that came first meanwhile.
        for version in working.order_by("-pk"):
            version.cancel(request.user)
        return after_change(request)
    count = working.count()
    context = {
        "title": gettext("Cancel all that is in work?"),
        "consequence": ngettext(
            "%(count)d file is not read, whoever sent it. Its older versions answer as before.",
            "%(count)d files are not read, whoever sent them. Their older versions answer as"
            " before.",
            count,
        )
        % {"count": count},
        "button": gettext("Cancel all"),
    }
    return ask(request, "ask", context)


@deletes_documents
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request, pk):
    """Asks, saying what will be gone, and deletes a document with everything that hangs on it."""
    document = kept_document(request, pk)
    if request.method == "POST":
        document.delete(by=request.user)
        return after_change(request)
    context = {
        "document": document,
        "consequences": removal.consequences(document),
        "answered": removal.answered_lately(document),
    }
    return ask(request, "delete", context)
