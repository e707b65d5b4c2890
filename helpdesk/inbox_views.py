"""The inbox of staff: the feedback that they may read, and what they do with each."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from helpdesk import answer_links, inbox
from helpdesk.feedback_forms import InboxForm, ReplyForm
from helpdesk.models import Feedback
from knowledge.views.access import allowed

PAGE = 30
DEEDS = {"take_up": Feedback.take_up, "close": Feedback.close}


reads_feedback = allowed("helpdesk.view_feedback")


@reads_feedback
@require_GET
def feedback_inbox(request):
    """What people said of answers: what is to be done first of all, the last first."""
    form = InboxForm(request.GET, user=request.user, engines=inbox.engines(request.user))
    found = inbox.chosen(inbox.listed(request.user), **form.chosen())
    context = {
        "filters": form,
        "filtered": bool(request.GET),
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
    }
    name = "inbox_list" if request.htmx else "inbox"
    return render(request, f"helpdesk/{name}.html", context)


@reads_feedback
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_detail(request, pk):
    """One of them with its question, answer and sources; a POST does something with it."""
    found = get_object_or_404(inbox.listed(request.user), pk=pk)
    if request.method == "POST":
        return handle(request, found)
    return detail(request, found, ReplyForm(initial=told(found)))


def handle(request, found):
    """Takes it up, closes it, or tells the person that their question is answered."""
    if not request.user.has_perm("helpdesk.change_feedback"):
        raise PermissionDenied
    deed = request.POST.get("deed")
    if deed == "answer":
        form = ReplyForm(request.POST)
        if not form.is_valid():
            return detail(request, found, form, status=400)
        found.answer(request.user, form.cleaned_data["reply"], form.cleaned_data["reply_url"])
        messages.success(request, _("The person is told in their conversation."))
    elif deed in DEEDS:
        DEEDS[deed](found, request.user)
    else:
        return HttpResponseBadRequest()
    return redirect("feedback_detail", found.pk)


def told(found) -> dict:
    return {"reply": found.reply, "reply_url": found.reply_url}


def detail(request, found, form, status=200):
    """The page of one, with the reply as it was refused or kept."""
    context = {
        "feedback": found,
        "answer": inbox.answer(found.message, request.user),
        "form": form,
        "links": answer_links.links(request.user, found.message_id, request.path),
        "handles": request.user.has_perm("helpdesk.change_feedback"),
    }
    return render(request, "helpdesk/feedback_detail.html", context, status=status)
