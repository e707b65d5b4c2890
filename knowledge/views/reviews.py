"""What is due for review, and soon will be: who is asked, and what they found."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from knowledge.care_forms import ReviewForm
from knowledge.keys import key
from knowledge.models import Document
from knowledge.views.access import keeps_documents, kept_document
from knowledge.views.document import in_a_year, page

SOON = timedelta(days=30)
PAGE = 50


@keeps_documents
@require_GET
def reviews(request):
    """The documents to look through today and in the next weeks, the longest due first."""
    today = timezone.localdate()
    mine = Document.objects.kept_by(request.user).select_related("collection", "owner", "current")
    rows = mine.filter(review_on__lte=today + SOON).order_by("review_on", "name", "pk")
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "due": [row for row in shown if row.review_on <= today],
        "soon": [row for row in shown if row.review_on > today],
        "dated": mine.exclude(review_on=None).exists(),
        "today": today,
        "next_on": in_a_year(),
    }
    return render(request, "knowledge/reviews.html", context)


@keeps_documents
@require_POST
def reviewed(request, pk):
    """Notes that a document still holds, and when it is looked at again."""
    document = kept_document(request, pk)
    form = ReviewForm(request.POST)
    next_on = form.cleaned_data["next_on"] if form.is_valid() else None
    if next_on and next_on <= timezone.localdate():
        form.add_error("next_on", _("The next review lies ahead: choose a later day."))
    if form.errors:
        return page(request, document, status=400, review_form=form)
    document.reviewed(request.user, next_on)
    messages.success(request, _("Noted: “%(document)s” still holds.") % {"document": document})
    if request.POST.get("from") == "reviews":
        number = key(request.POST.get("page", "")) or 1
        return redirect(reverse("reviews") + (f"?page={number}" if number > 1 else ""))
    return redirect("document", pk)
