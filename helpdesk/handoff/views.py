"""The asker's side: a dialog that says what goes along and who reads it, and the way back."""

from contextlib import suppress

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.errors import HelpdeskError
from helpdesk.handoff import deeds
from helpdesk.handoff.forms import WishForm
from helpdesk.handoff.shown import full_name, people
from helpdesk.leading import to
from helpdesk.models import Conversation

NAMED = 6


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request, pk):
    """Asks, and hands a conversation to a person."""
    found = get_object_or_404(Conversation.objects.visible_to(request.user), pk=pk)
    problem = ""
    if request.method == "POST":
        form = WishForm(request.POST)
        problem = form.sentence
        if not problem:
            try:
                deeds.begin(found.pk, request.user, form.cleaned_data["wish"])
            except HelpdeskError as error:
                problem = str(error)
            else:
                return to(request, found.get_absolute_url())
    name = "dialog" if request.htmx else "dialog_page"
    context = asked(found) | {"problem": problem, "wish": request.POST.get("wish", "")}
    # htmx swaps nothing that failed, and the dialog shall say what is wrong.
    status = 400 if problem and not request.htmx else 200
    return render(request, f"helpdesk/handoff/{name}.html", context, status=status)


def asked(conversation) -> dict:
    """What goes along, and who will read it."""
    readers = [full_name(user) for user in people().exclude(pk=conversation.user_id)]
    return {
        "conversation": conversation,
        "messages_count": conversation.messages.filter(earlier=False).count(),
        "readers": readers[:NAMED],
        "more_readers": max(len(readers) - NAMED, 0),
        "mailbox": settings.HANDOFF_EMAIL,
        "system": bool(settings.HANDOFF_WEBHOOK_URL),
    }


@login_required
@require_POST
def take_back(request, pk):
    """The asker needs no person any more: the desk answers again."""
    found = get_object_or_404(Conversation.objects.visible_to(request.user), pk=pk)
    handoff = found.handoffs.open().first()
    if handoff:
        # Whoever took it may be faster: it has ended all the same.
        with suppress(HelpdeskError):
            deeds.close(handoff, request.user)
    return to(request, found.get_absolute_url())
