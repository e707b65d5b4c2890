"""Where an answer of the chat is corrected and kept as a pair."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk import rendering
from knowledge.views.access import allowed
from tuning import beside
from tuning.corrections import correctable, drawn_on, question_of
from tuning.errors import TuningError
from tuning.forms import PairForm
from tuning.models import QAPair


@allowed("tuning.add_qapair")
@require_http_methods(["GET", "HEAD", "POST"])
def correct_answer(request, message_pk):
    """One answer of the chat with its sources; what is saved here becomes a draft."""
    message = correctable(request.user, message_pk)
    if message is None:
        raise Http404
    pair = QAPair.objects.filter(message=message).first()
    # Somebody may have made it rest on more than the answer does.
    if pair and not QAPair.objects.visible_to(request.user).filter(pk=pair.pk).exists():
        raise Http404
    form = PairForm(request.POST or None, initial=first_text(message, pair))
    if request.method == "POST" and form.is_valid() and (kept := keep(request, message, form)):
        return redirect(back(request) or pair_page(kept))
    versions = list(drawn_on(message).select_related("document__collection"))
    context = {
        "answer": message,
        "question": question_of(message),
        "html": rendering.html(message.text, {}, pending=True),
        "form": form,
        "pair": pair,
        "pair_page": pair_page(pair) if pair else "",
        "settled": pair and pair.status in (QAPair.Status.IN_REVIEW, QAPair.Status.APPROVED),
        "places": [(one, one.shown()) for one in beside.of_message(message, versions)],
        "next": back(request),
    }
    status = 400 if form.is_bound else 200
    return render(request, "tuning/correct_answer.html", context, status=status)


def first_text(message, pair) -> dict:
    """What the form begins with: the pair that is there, else the answer as it was given."""
    if pair:
        return {"question": pair.question, "answer": pair.answer, "tags": pair.tags}
    return {"question": question_of(message), "answer": message.text}


def keep(request, message, form):
    """The pair, saved as a draft and handed in where that was asked; None where it can't be."""
    values = form.cleaned_data
    try:
        pair = QAPair.from_answer(
            message, values["answer"], request.user, values["question"], values["tags"]
        )
        if "submit" in request.POST and pair.status != QAPair.Status.IN_REVIEW:
            pair.submit(request.user)
    except TuningError as error:
        form.add_error(None, str(error))
        return None
    if pair.status == QAPair.Status.IN_REVIEW:
        messages.success(request, _("Handed in: it now waits for its review."))
    else:
        told = _("Kept as a draft. Submit it for review when it reads as it ought to.")
        messages.success(request, told)
    return pair


def pair_page(pair) -> str:
    return reverse("admin:tuning_qapair_change", args=[pair.pk])


def back(request) -> str:
    """The page of this desk that the address names to go back to, "" without one."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    mine = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if mine and "/" in wanted else ""
