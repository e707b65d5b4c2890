"""The side of those who answer: what waits, one hand-off with its thread, and what they do."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from helpdesk.errors import HelpdeskError
from helpdesk.handoff import deeds, pages
from helpdesk.handoff.forms import AnswerForm
from helpdesk.leading import to
from helpdesk.models import Handoff
from helpdesk.models.handoffs import PERMISSION
from knowledge.views.access import allowed

answers = allowed(PERMISSION)


def looked_after(request, pk) -> Handoff:
    """A hand-off that the person may look after. Raises Http404 for any other."""
    return get_object_or_404(Handoff.objects.answered_by(request.user), pk=pk)


@answers
@require_GET
def handoffs(request):
    """What waits and what is one's own, the oldest first."""
    context = pages.lists(request.user, request.GET.get("page"))
    return render(request, "helpdesk/handoff/list_page.html", context)


@answers
@require_GET
def handoff(request, pk):
    """One hand-off with its conversation, while it is open."""
    found = looked_after(request, pk)
    return render(request, "helpdesk/handoff/staff_page.html", pages.page(found, request.user))


@answers
@require_POST
def take(request, pk):
    """Somebody takes it on."""
    return done(request, pk, deeds.take)


@answers
@require_POST
def hand_back(request, pk):
    """Whoever has it leaves it to the desk."""
    return done(request, pk, deeds.hand_back, _("%(reference)s: the desk answers again."))


@answers
@require_POST
def close(request, pk):
    """Whoever has it ends it."""
    return done(request, pk, deeds.close, _("%(reference)s is closed."))


def done(request, pk, deed, told: str = ""):
    """Does it, and leads back: to the page, or to the list where it has ended."""
    found = looked_after(request, pk)
    try:
        deed(found, request.user)
    except HelpdeskError as error:
        messages.error(request, str(error))
        return to(request, found.get_absolute_url())
    if told:
        messages.success(request, told % {"reference": found.reference})
        return to(request, reverse("handoffs"))
    return to(request, found.get_absolute_url())


@answers
@require_POST
def answer(request, pk):
    """Writes into the thread; both pages see it by their sockets."""
    found = looked_after(request, pk)
    form = AnswerForm(request.POST)
    problem = form.sentence
    if not problem:
        try:
            deeds.say(found, form.cleaned_data["text"], request.user)
        except HelpdeskError as error:
            problem = str(error)
    if not (problem or request.htmx):
        return redirect(found)
    text = request.POST.get("text", "") if problem else ""
    context = {"handoff": found, "problem": problem, "text": text}
    if request.htmx:
        return render(request, "helpdesk/handoff/staff_composer.html", context)
    context |= pages.page(found, request.user)
    return render(request, "helpdesk/handoff/staff_page.html", context, status=400)
