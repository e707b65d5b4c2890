"""“Why this answer?”, a page for staff."""

from django.contrib.auth.decorators import login_required, permission_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from helpdesk import explaining
from helpdesk.thread import ENGINE_LABELS
from knowledge.errors import KnowledgeError


@login_required
@permission_required("helpdesk.explain_answer", raise_exception=True)
@never_cache
@require_GET
def why(request, pk):
    """How an answer came about, as far as the viewer may read what it rests on."""
    answers = explaining.explainable(request.user).select_related("conversation__user")
    answer = get_object_or_404(answers, pk=pk)
    context = {
        "answer": answer,
        "engine": ENGINE_LABELS.get(answer.engine, answer.engine),
        "timings": sorted(answer.timings_ms.items(), key=lambda each: each[1]),
        "mine": answer.conversation.user_id == request.user.pk,
    }
    try:
        context["why"] = explaining.why(answer, request.user)
    except KnowledgeError as error:
        context["problem"] = str(error)
    return render(request, "helpdesk/why.html", context)
