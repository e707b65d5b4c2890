"""“Why this answer?”, a page for staff."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from helpdesk import explaining
from helpdesk.thread import ENGINE_LABELS
from knowledge.errors import KnowledgeError
from knowledge.views.access import allowed

# What the clock of an answer notes, as the page calls it.
STAGES = {
    "condense": _("the question rewritten"),
    "curated": _("curated answers looked through"),
    "judge": _("a like question judged"),
    "search": _("passages searched"),
    "first_token": _("until the first words"),
    "verify": _("quotes checked"),
    "total": _("until the end"),
}


@allowed("helpdesk.explain_answer")
@require_GET
def why(request, pk):
    """How an answer came about, as far as the viewer may read what it rests on."""
    answers = explaining.explainable(request.user).select_related("conversation__user")
    answer = get_object_or_404(answers, pk=pk)
    timings = sorted(answer.timings_ms.items(), key=lambda each: each[1])
    context = {
        "answer": answer,
        "engine": ENGINE_LABELS.get(answer.engine, answer.engine),
        "timings": [(STAGES.get(name, name), took) for name, took in timings],
        "mine": answer.conversation.user_id == request.user.pk,
    }
    try:
        context["why"] = explaining.why(answer, request.user)
    except KnowledgeError as error:
        context["problem"] = str(error)
    return render(request, "helpdesk/why.html", context)
