"""One's own conversations: the list, a search in it, and what is done with one of them."""

import re

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from helpdesk import history
from helpdesk.export import markdown
from helpdesk.models import Conversation

QUERY_CHARS = 200
OPEN_THREAD = re.compile(r"/c/(\d{1,18})/")


class TitleForm(forms.Form):
    """A conversation's own name."""

    title = forms.CharField(
        label=_("Name"),
        max_length=Conversation._meta.get_field("title").max_length,
        error_messages={
            "required": _("Write a name first."),
            "max_length": _("That name is too long."),
        },
    )


@login_required
@never_cache
@require_GET
def conversations(request):
    """A page of the list, or what a search finds; a page of its own where there is no script."""
    query = request.GET.get("q", "")[:QUERY_CHARS].replace("\0", "").strip()
    before = request.GET.get("before", "")
    context = shown(request, before) | {"query": query}
    if query:
        context["hits"] = history.search(request.user, query)
    if not request.htmx:
        return render(request, "helpdesk/conversations_page.html", context)
    name = "conversation_items" if before and not query else "conversation_list"
    return render(request, f"helpdesk/{name}.html", context)


def shown(request, before="") -> dict:
    """The list, beside the thread that the browser shows."""
    at = OPEN_THREAD.search(request.htmx.current_url_abs_path or "")
    return history.listed(request.user, before) | {"open_pk": int(at[1]) if at else None}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request, pk):
    """Names, pins and unpins a conversation, and leads to its export and its end."""
    found = get_object_or_404(Conversation.objects.visible_to(request.user), pk=pk)
    if request.method != "POST":
        return managed(request, found, TitleForm(initial={"title": found.title}))
    deed = request.POST.get("deed")
    if deed == "rename":
        form = TitleForm(request.POST)
        if not form.is_valid():
            return managed(request, found, form, status=400 if not request.htmx else 200)
        found.rename(form.cleaned_data["title"])
    elif deed in ("pin", "unpin"):
        found.pin(deed == "pin")
    else:
        return HttpResponseBadRequest()
    if request.htmx:
        context = shown(request) | {"conversation": found}
        return render(request, "helpdesk/conversation_changed.html", context)
    return redirect(found)


def managed(request, found, form, status=200):
    """What can be done with a conversation: in the dialog, or as a page."""
    name = "manage_dialog" if request.htmx else "manage"
    context = {"conversation": found, "form": form}
    return render(request, f"helpdesk/{name}.html", context, status=status)


@login_required
@never_cache
@require_GET
def export(request, pk):
    """A conversation as a Markdown file."""
    found = get_object_or_404(Conversation.objects.visible_to(request.user), pk=pk)
    name = slugify(str(found))[:60] or f"conversation-{found.pk}"
    return HttpResponse(
        markdown(found, request.user),
        content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.md"'},
    )


@login_required
@never_cache
@require_GET
def who_reads(request):
    """Who can read what of what one writes here."""
    context = {
        "days": settings.CONVERSATION_DAYS,
        "unanswered_people": settings.UNANSWERED_MIN_PEOPLE,
    }
    return render(request, "helpdesk/who_reads.html", context)
