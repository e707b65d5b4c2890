"""Links to an answer: made by whoever asked, read by those who may see what it rests on."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from helpdesk import records, thread
from helpdesk.handoff.shown import full_name
from helpdesk.models import Citation, Message, Share
from helpdesk.views import show_source
from knowledge.keys import key

ENDS = (Message.Status.DONE, Message.Status.CUT_OFF, Message.Status.STOPPED)


class ShareForm(forms.Form):
    """For how long a link holds, and how much it shows."""

    days = forms.TypedChoiceField(
        label=_("The link works for"),
        choices=[(7, _("7 days")), (30, _("30 days")), (90, _("90 days"))],
        coerce=int,
        initial=30,
    )
    whole = forms.BooleanField(label=_("With all that I asked before in this talk"), required=False)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def share(request, pk):
    """Says who will be able to read an answer, makes a link to it, and takes links back."""
    answer = shareable(request.user, pk)
    form = ShareForm(request.POST or None)
    if request.method == "POST":
        if revoked := key(request.POST.get("revoke", "")):
            answer.shares.filter(pk=revoked).delete()
        elif form.is_valid():
            Share.make(answer, **form.cleaned_data)
        else:
            return HttpResponseBadRequest()
    links = [
        {"share": each, "address": request.build_absolute_uri(each.get_absolute_url())}
        for each in answer.shares.live()
    ]
    context = {"answer": answer, "form": ShareForm(), "links": links, "sources": titles(answer)}
    name = "share_dialog" if request.htmx else "share"
    return render(request, f"helpdesk/{name}.html", context)


def shareable(user, pk) -> Message:
    """An answer that `user` has got and may still read. Raises Http404."""
    rows = Message.objects.visible_to(user).filter(role=Message.Role.ASSISTANT, earlier=False)
    answer = get_object_or_404(rows.filter(status__in=ENDS).exclude(text=""), pk=pk)
    if records.withheld(rows.filter(pk=pk), user):
        raise Http404
    return answer


def titles(answer: Message) -> list[str]:
    """The documents that the answer cites."""
    cited = answer.citations.select_related("version__document")
    return list(dict.fromkeys(str(citation.version.document) for citation in cited))


@login_required
@never_cache
@require_GET
def shared(request, token):
    """What a link shows, to those who may see everything that it rests on."""
    found = live(token)
    if found is None:
        return render(request, "helpdesk/shared_gone.html", status=404)
    if records.withheld(found.before(), request.user):
        return render(request, "helpdesk/shared_closed.html", status=403)

    def address(citation: Citation) -> str:
        return reverse("shared_citation", args=[token, citation.pk])

    rows = found.messages().prefetch_related(thread.CITED)
    # Nothing of it can be asked again here.
    shown = [thread.plain(message, address) | {"earlier": True} for message in rows]
    by = full_name(found.answer.conversation.user)
    return render(request, "helpdesk/shared.html", {"share": found, "thread": shown, "by": by})


@login_required
@never_cache
@require_GET
def shared_citation(request, token, pk):
    """The source of a citation, for whoever reads by a link."""
    found = live(token)
    if found is None or records.withheld(found.before(), request.user):
        raise Http404
    cited = Citation.objects.filter(message__in=found.messages())
    return show_source(request, cited, pk, back=found.get_absolute_url())


def live(token: str) -> Share | None:
    rows = Share.objects.live().filter(answer__conversation__user__is_active=True)
    return rows.select_related("answer__conversation__user").filter(token=token).first()
