"""What a person says of an answer: given, changed and taken back under the answer itself."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from helpdesk import records, thread
from helpdesk.feedback_forms import FeedbackForm
from helpdesk.models import Feedback, Message


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request, pk):
    """The thumbs under an answer. GET opens the form, as a page where there is no script."""
    message = rated_answer(request, pk)
    given = Feedback.objects.given_by(request.user).filter(message=message).first()
    if request.method == "POST":
        return change(request, message, given)
    return shown(request, message, given, asking=given is not None)


def rated_answer(request, pk) -> Message:
    """An answer that the person may read and rate. Raises Http404 for any other."""
    mine = Message.objects.visible_to(request.user).filter(role=Message.Role.ASSISTANT)
    message = get_object_or_404(mine.select_related("conversation"), pk=pk)
    if not thread.rated(message) or records.withheld(mine.filter(pk=pk), request.user):
        raise Http404
    return message


def change(request, message, given):
    """Takes what was sent: a thumb alone, or with it what was wrong; the same thumb takes back."""
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        return shown(request, message, given, asking=True, problem=form.sentence, status=400)
    said = form.cleaned_data
    alone = not said["explained"]
    if given and alone and given.verdict == said["verdict"]:
        given.delete()
        return shown(request, message, None, told="taken_back")
    words = {} if alone else {"reasons": said["reasons"], "comment": said["comment"]}
    given = Feedback.give(message, request.user, said["verdict"], **words)
    asking = alone and given.verdict == Feedback.Verdict.DOWN
    return shown(request, message, given, asking=asking, told="arrived")


def shown(request, message, given, status=200, **context):
    """The thumbs as they stand now, and what the person is told."""
    asking = context.get("asking")
    if request.method == "POST" and not request.htmx and status == 200:
        here = asking and reverse("feedback", args=[message.pk])
        return redirect(here or f"{message.conversation.get_absolute_url()}#message-{message.pk}")
    name = "feedback" if request.htmx else "feedback_page"
    context |= {"message": message, "pk": str(message.pk), "given": given}
    return render(request, f"helpdesk/{name}.html", context, status=status)


@login_required
@never_cache
@require_GET
def news(request):
    """Which of the person's questions are answered now, without their having seen it."""
    context = {"news": Feedback.objects.news_for(request.user)}
    return render(request, "helpdesk/news.html", context)
