"""The pages of the chat, and the source of a citation."""

from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from helpdesk import history, thread, wishes
from helpdesk.errors import HelpdeskError
from helpdesk.handoff.shown import seen_by_asker, state_of
from helpdesk.models import Citation, Conversation, Feedback, Message
from helpdesk.starters import nothing_to_ask, starters
from helpdesk.unsent import signed_in, unsent
from knowledge.keys import key
from knowledge.sources import source


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def chat(request):
    """The empty thread; a question asked here begins a conversation."""
    if request.method == "POST":
        return fulfil(request, None)
    return render(request, "helpdesk/chat.html", page(request, None))


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request, pk):
    """One thread. Questions come over its socket; without a script, as a form."""
    found = get_object_or_404(Conversation.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        return fulfil(request, found)
    Feedback.objects.seen(request.user, found)
    return render(request, "helpdesk/chat.html", page(request, found))


def fulfil(request, found):
    """Does what the form asks and shows the thread, or the page again with what is wrong."""
    kind = request.POST.get("type", "ask")
    if kind not in wishes.KINDS or (kind != "ask" and not found):
        return HttpResponseBadRequest()
    try:
        pk = async_to_sync(wishes.fulfil)(kind, request.POST, found and found.pk, request.user)
    except HelpdeskError as error:
        return refused(request, found, str(error))
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": reverse("conversation", args=[pk])})
    return redirect("conversation", pk)


def refused(request, found, problem):
    """The page with a sentence above the box, in which the question stays."""
    if request.htmx:
        return render(request, "helpdesk/note_text.html", {"sentence": problem})
    context = page(request, found) | {"problem": problem, "question": request.POST.get("question")}
    return render(request, "helpdesk/chat.html", context, status=400)


def page(request, found) -> dict:
    """What the chat page shows: one's conversations, and the thread or where to begin."""
    context = {
        "conversation": found,
        "news": Feedback.objects.news_for(request.user),
        "forgotten_after": settings.CONVERSATION_DAYS,
    }
    context |= history.listed(request.user) | unsent(request)
    if found:
        editing = edited(found, request.GET.get("edit", ""))
        messages = thread.messages(found, request.user)
        seen_by_asker(found, messages)
        return context | {"thread": messages, "handoff": state_of(found)} | editing
    first = starters(request.user)
    return context | {"starters": first, "nothing": not first and nothing_to_ask(request.user)}


def edited(found, named: str) -> dict:
    """The question that is to be written anew, in the box."""
    questions = found.messages.filter(role=Message.Role.USER, earlier=False)
    asked = questions.filter(pk=key(named)).first()
    return {"editing": asked, "question": asked.text} if asked else {}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete_conversation(request, pk):
    """Asks, and deletes a conversation with all its messages."""
    found = get_object_or_404(Conversation.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        found.delete()
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": reverse("chat")})
        return redirect("chat")
    name = "delete_dialog" if request.htmx else "delete"
    return render(request, f"helpdesk/{name}.html", {"conversation": found})


@login_required
@never_cache
@require_GET
def citation(request, pk):
    """The source of a citation: in the panel beside the thread, or as a page."""
    readable = Citation.objects.filter(message__in=Message.objects.readable_by(request.user))
    return show_source(request, readable, pk)


def show_source(request, citations, pk, back=""):
    """One of `citations`, if its document is open to the person; `back` leads to its answer."""
    found = get_object_or_404(
        citations.visible_to(request.user)
        .select_related("version__document__current", "passage", "message__conversation")
        .defer("passage__words"),
        pk=pk,
    )
    context = source(
        found.version, page=found.page, passage=found.passage, start=found.start, end=found.end
    )
    current = found.version.document.current
    replaced = current if current and current.number > found.version.number else None
    if not back and found.message.conversation.user_id == request.user.pk:
        back = f"{found.message.conversation.get_absolute_url()}#message-{found.message_id}"
    context |= {"citation": found, "replaced": replaced, "back": back}
    name = "source_panel" if request.htmx else "source_page"
    return render(request, f"helpdesk/{name}.html", context)
