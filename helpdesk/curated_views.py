"""The pages of curated answers: a list, one that is written, and what is done with it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from helpdesk import curated, pinning
from helpdesk.curated_forms import SOURCES, CuratedFilterForm, CuratedForm, told
from helpdesk.errors import HelpdeskError
from helpdesk.models import CuratedAnswer, Gap
from knowledge.errors import KnowledgeError
from knowledge.keys import key
from knowledge.views.access import allowed

PAGE = 30
# So many of a gap's wordings are put into the form.
WORDINGS = 20
REVIEWED = (CuratedAnswer.State.STALE, CuratedAnswer.State.EXPIRED)


def staff(permission: str):
    """Lets those in who may view, add, change or delete."""
    return allowed(f"helpdesk.{permission}_curatedanswer")


@staff("view")
@require_GET
def curated_answers(request):
    """All that the person may read; those that have stopped answering come first."""
    form = CuratedFilterForm(request.GET)
    choice = form.chosen()
    rows = CuratedAnswer.objects.visible_to(request.user).prefetch_related("sources__version")
    if text := choice.get("q"):
        rows = rows.filter(Q(question__icontains=text) | Q(answer__icontains=text))
    found = sorted(rows, key=lambda row: (row.state not in REVIEWED, row.question))
    to_review = sum(row.state in REVIEWED for row in found)
    if state := choice.get("state"):
        wanted = REVIEWED if state == "review" else (state,)
        found = [row for row in found if row.state in wanted]
    context = {
        "filters": form,
        "filtered": bool(choice),
        "to_review": to_review,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "helpdesk/curated_list.html", context)


@staff("add")
@require_http_methods(["GET", "HEAD", "POST"])
def new_curated_answer(request):
    """Writes one; the address may bring its question, or the gap that it is to close."""
    closes = gap_of(request)
    initial = {"question": request.GET.get("question", "")[:1000]}
    if closes:
        words = list(dict.fromkeys(closes.questions.values_list("text", flat=True)[:WORDINGS]))
        initial = {"question": words[0], "phrasings": "\n".join(words[1:])}
    return write(request, None, initial, closes)


def gap_of(request):
    """The gap that the address names, where the person may change it."""
    if not request.user.has_perm("helpdesk.change_gap"):
        return None
    return Gap.objects.shown_to(request.user).filter(pk=key(request.GET.get("gap", ""))).first()


@staff("view")
@require_http_methods(["GET", "HEAD", "POST"])
def curated_answer(request, pk):
    """One of them: looked at, and written anew."""
    row = get_object_or_404(CuratedAnswer.objects.visible_to(request.user), pk=pk)
    return write(request, row, told(row))


def write(request, row, initial, closes=None):
    """The form, or what comes of it."""
    form = CuratedForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST":
        if row and not request.user.has_perm("helpdesk.change_curatedanswer"):
            raise PermissionDenied
        if form.is_valid():
            try:
                kept = pinning.pin(by=request.user, instead_of=row, **form.content())
            except (HelpdeskError, KnowledgeError) as error:
                form.add_error(None, str(error))
            else:
                tell_pinned(request, form, kept)
                if closes:
                    closes.resolve(request.user, curated=kept)
                return redirect(closes or kept)
    context = {
        "form": form,
        "row": row,
        "closes": closes,
        "sources": [(form[f"document_{n}"], form[f"quote_{n}"]) for n in range(1, SOURCES + 1)],
        "main": [form[name] for name in ("question", "phrasings", "answer", "team", "expires_on")],
    }
    status = 400 if form.errors else 200
    return render(request, "helpdesk/curated_answer.html", context, status=status)


def tell_pinned(request, form, kept):
    """Says that it answers, and which quotes nobody has chosen yet but the desk."""
    messages.success(request, _("From now on this answer is given to its question."))
    given = [quote for _version, quote in form.sources()]
    for source in kept.sources.all():
        if not given[source.number - 1].strip():
            found = _("This quote was looked for, see whether it bears the answer out: “%(quote)s”")
            messages.warning(request, found % {"quote": Truncator(source.quote).chars(300)})


@staff("change")
@require_POST
def curated_deed(request, pk, deed):
    """Pauses it, resumes it, or notes that it was looked at and is right."""
    row = get_object_or_404(CuratedAnswer.objects.visible_to(request.user), pk=pk)
    if deed not in ("pause", "resume", "checked"):
        raise Http404
    if deed == "pause":
        row.pause()
        messages.success(request, _("The question is answered from the documents again."))
    elif deed == "resume":
        row.resume()
        messages.success(request, _("It answers again, where its documents still hold."))
    else:
        row.check_again(request.user)
        messages.success(request, _("Noted: checked today, without a last day."))
    curated.forget()
    return redirect(row)


@staff("delete")
@require_http_methods(["GET", "HEAD", "POST"])
def delete_curated_answer(request, pk):
    """Asks, and deletes it."""
    row = get_object_or_404(CuratedAnswer.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        row.delete()
        messages.success(request, _("Deleted. The question is answered from the documents again."))
        return redirect("curated_answers")
    return render(request, "helpdesk/curated_delete.html", {"row": row})
