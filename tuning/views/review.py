"""The review: one pair at a time beside its sources; buttons, and a key for each."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from helpdesk import rendering
from knowledge.keys import key
from tuning import beside
from tuning.errors import TuningError
from tuning.forms import PairForm
from tuning.models import QAPair
from tuning.preflight import look_at


def reviews(view):
    may = permission_required(["tuning.view_qapair", "tuning.review_qapair"], raise_exception=True)
    return login_required(may(never_cache(view)))


def waiting(user):
    """The pairs in review that `user` may see, the longest there first."""
    return QAPair.objects.visible_to(user).filter(status=QAPair.Status.IN_REVIEW).order_by("pk")


@reviews
@require_GET
def next_pair(request):
    """The first pair in review after the one that the address names; a word where none is left."""
    after = key(request.GET.get("after", ""))
    queue = waiting(request.user)
    later = queue.filter(pk__gt=after) if after else queue
    pair = later.first() or queue.first()
    if pair:
        return redirect("review_pair", pair.pk)
    drafts = QAPair.objects.visible_to(request.user).filter(status=QAPair.Status.DRAFT).count()
    return render(request, "tuning/review_done.html", {"drafts": drafts})


@reviews
@require_http_methods(["GET", "HEAD", "POST"])
def pair(request, pk):
    """One pair in review. A verb of the form is done, and the next pair comes."""
    pair = get_object_or_404(QAPair.objects.visible_to(request.user), pk=pk)
    if pair.status != QAPair.Status.IN_REVIEW:
        told = _("“%(pair)s” is %(status)s.")
        messages.info(request, told % {"pair": pair, "status": pair.get_status_display()})
        return onward(pair)
    if request.method != "POST":
        return page(request, pair, PairForm(initial=text_of(pair)), "edit" in request.GET)
    if request.POST.get("do") == "edit":
        return edit(request, pair)
    return decide(request, pair)


def decide(request, pair):
    """Approves or rejects what the person saw."""
    seen = request.POST.get("revision", "")
    revision = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    try:
        if request.POST.get("do") == "approve":
            pair.approve(request.user, revision)
        elif request.POST.get("do") == "reject":
            reason = request.POST.get("reason", "").strip()[:500]
            if not reason:
                raise TuningError(_("Say why, so that its author can mend it."))
            pair.reject(request.user, reason, revision)
        else:
            return redirect("review_pair", pair.pk)
    except TuningError as error:
        messages.warning(request, str(error))
        return redirect("review_pair", pair.pk)
    told = _("“%(pair)s” is %(status)s.")
    messages.success(request, told % {"pair": pair, "status": pair.get_status_display()})
    return onward(pair)


def edit(request, pair):
    """Keeps a changed text; the pair stays where it is."""
    form = PairForm(request.POST)
    if not request.user.has_perm("tuning.change_qapair"):
        form.add_error(None, _("You may review pairs, but not change them."))
    if not form.is_valid():
        return page(request, pair, form, editing=True, status=400)
    pair.edit(request.user, stay=True, **form.cleaned_data)
    return redirect("review_pair", pair.pk)


def onward(pair):
    response = redirect("review_pairs")
    response["Location"] += f"?after={pair.pk}"
    return response


def page(request, pair, form, editing=False, status=200):
    queue = waiting(request.user)
    refused = ""
    try:
        pair.may_be_approved(request.user)
    except TuningError as error:
        refused = str(error)
    versions = list(pair.read_sources())
    places = beside.of_message(pair.message, versions) if pair.message else []
    places = places or beside.of_text(pair.answer, versions)
    context = {
        "pair": pair,
        "html": rendering.html(pair.answer, {}, pending=True),
        "position": queue.filter(pk__lte=pair.pk).count(),
        "count": queue.count(),
        "places": [(one, one.shown()) for one in places],
        "refused": refused,
        "own": request.user.pk in (pair.author_id, pair.edited_by_id) and not refused,
        "doubts": look_at(pair),
        "form": form,
        "editing": editing,
    }
    return render(request, "tuning/review.html", context, status=status)


def text_of(pair) -> dict:
    return {"question": pair.question, "answer": pair.answer, "tags": pair.tags}
