"""The pages of questions that nobody could answer: a list, one group, and what is done with it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from helpdesk import gathering
from helpdesk.gap_forms import DocumentForm, GapFilterForm, OwnerForm, ReasonForm
from helpdesk.leading import to
from helpdesk.models import CuratedAnswer, Gap, GapQuestion
from knowledge.errors import KnowledgeError
from knowledge.keys import key
from knowledge.models import Document, Version
from knowledge.views.access import allowed

PAGE = 30
QUESTIONS = 100


def staff(permission: str):
    """Lets those in who may view, add, change or delete."""
    return allowed(f"helpdesk.{permission}_gap")


def shown(user):
    """The gaps that a person may read, each with the words that it was asked in last."""
    newest = GapQuestion.objects.filter(gap=OuterRef("pk")).values("text")[:1]
    return Gap.objects.shown_to(user).annotate(text=Subquery(newest)).select_related("owner")


@staff("view")
@require_GET
def gaps(request):
    """All that enough people have asked; of the others how many there are."""
    form = GapFilterForm(request.GET)
    found = form.listed(shown(request.user), request.user)
    context = {
        "filters": form,
        "filtered": any(request.GET.values()),
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "kept_back": Gap.objects.kept_back().count(),
    }
    return render(request, "helpdesk/gaps.html", context)


@staff("view")
@require_GET
def gap(request, pk):
    """One group: its words, what was done, and what asking again has changed."""
    found = get_object_or_404(shown(request.user), pk=pk)
    return page(request, found)


def page(request, found, status=200, **forms):
    told = list(found.questions.all()[:QUESTIONS])
    documents = readable({pk for one in told for pk in one.versions}, request.user)
    for one in told:
        one.sources = sorted({documents[pk] for pk in one.versions if pk in documents})
    outcomes = [one.outcome for one in told]
    context = {
        "gap": found,
        "questions": told,
        "answered": outcomes.count(GapQuestion.Outcome.ANSWERED),
        "asked_again": max((one.outcome_at for one in told if one.outcome_at), default=None),
        "others": shown(request.user).exclude(pk=found.pk).order_by("-last")[:50],
        "document": found.document_id
        and Document.objects.visible_to(request.user).filter(pk=found.document_id).first(),
        "curated": found.curated_id
        and CuratedAnswer.objects.visible_to(request.user).filter(pk=found.curated_id).first(),
        "owner_form": OwnerForm(initial={"owner": found.owner_id}),
        "document_form": DocumentForm(user=request.user),
        "reason_form": ReasonForm(),
    }
    return render(request, "helpdesk/gap.html", context | forms, status=status)


def readable(versions, user) -> dict[int, str]:
    """The titles of these versions' documents, as far as `user` may open them."""
    rows = Version.objects.visible_to(user).filter(pk__in=versions).select_related("document")
    return {version.pk: str(version.document) for version in rows}


def entrust(request, found):
    form = OwnerForm(request.POST)
    if not form.is_valid():
        return {"owner_form": form}
    found.entrust(form.cleaned_data["owner"])
    return _("The owner is noted.")


def document(request, found):
    form = DocumentForm(request.POST, user=request.user)
    if not form.is_valid():
        return {"document_form": form}
    found.resolve(request.user, document=form.cleaned_data["document"])
    return _("The questions are being asked again. Load this page again in a moment.")


def dismiss(request, found):
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return {"reason_form": form}
    found.dismiss(request.user, form.cleaned_data["reason"])
    return _("Noted: it will not be answered.")


def reopen(request, found):
    found.reopen(request.user)
    return _("It is open again.")


def again(request, found):
    found.ask_again()
    return _("The questions are being asked again. Load this page again in a moment.")


def merge(request, found):
    chosen = key(request.POST.get("other", ""))
    other = shown(request.user).exclude(pk=found.pk).filter(pk=chosen)
    if not other:
        return _("Choose the group whose questions belong here.")
    gathering.merge(found, other[0])
    return _("The two groups are one.")


def split(request, found):
    chosen = filter(None, map(key, request.POST.getlist("question")))
    if gathering.split(found, chosen) is None:
        return _("Choose some of the questions, and not all of them.")
    return _("The questions that you chose are a group of their own.")


DEEDS = {
    "owner": entrust,
    "document": document,
    "dismiss": dismiss,
    "reopen": reopen,
    "again": again,
    "merge": merge,
    "split": split,
}


@staff("change")
@require_POST
def gap_deed(request, pk, deed):
    """Does something with a group, and shows it, or the list where it is not to be seen now."""
    if deed not in DEEDS:
        raise Http404
    found = get_object_or_404(shown(request.user), pk=pk)
    try:
        told = DEEDS[deed](request, found)
    except KnowledgeError as error:
        messages.error(request, str(error))
        return to(request, found.get_absolute_url())
    if isinstance(told, dict):
        return page(request, found, status=400, **told)
    messages.info(request, told)
    there = Gap.objects.shown_to(request.user).filter(pk=pk).exists()
    return to(request, found.get_absolute_url() if there else reverse("gaps"))
