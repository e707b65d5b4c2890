"""The indexes in the Django admin: build another, watch it, compare it, switch to it, go back."""

from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from knowledge import comparison, switching
from knowledge.error_words import said
from knowledge.errors import KnowledgeError
from knowledge.models import Index
from knowledge.search import LEAST_RECALL
from knowledge.standing import duration

DEMO_QUESTIONS = Path(__file__).parent / "demo" / "questions.jsonl"
DEMO_ASKER = "employee"
MOST_BYTES = 5_000_000

State = Index.State
# What each button does: its label, what it asks before, and what it tells afterwards.
VERBS = {
    "activate": (
        _("Switch to it"),
        _(
            "From the next question on, this index answers. The one that answers now stays, and"
            " you can go back to it at any time. The model is loaded and tried first, which may"
            " take half a minute; until then, all stays as it is."
        ),
        _("Index {pk} answers from now on."),
    ),
    "undo": (
        _("Go back to it"),
        _("From the next question on, this index answers again, as before the last switch."),
        _("Index {pk} answers again."),
    ),
    "leave": (
        _("Don't switch"),
        _("The index that answers now goes on to answer."),
        _("Index {pk} stays as it is."),
    ),
    "cancel": (
        _("Cancel"),
        _("The building stops. What is embedded so far stays, so it can be resumed."),
        _("Index {pk} is not built any more."),
    ),
    "resume": (
        _("Resume"),
        _("The building goes on where it stopped."),
        _("Index {pk} is being built again."),
    ),
    "cut": (
        _("Resume and cut off"),
        _(
            "The passages that are longer than the model reads are cut off: what stands at their"
            " end is found by its words alone."
        ),
        _("Index {pk} is being built again."),
    ),
    "discard": (
        _("Discard"),
        _("The index is removed with its vectors. Should you want it back, it is built again."),
        _("Index {pk} is being removed."),
    ),
}


class BuildForm(forms.Form):
    model = forms.CharField(
        max_length=255,
        help_text=_(
            "A folder, a name of the hub, or openai:NAME for the endpoint of the settings."
        ),
    )


class QuestionsForm(forms.Form):
    user = forms.CharField(label=_("Asked as"), max_length=150)
    questions = forms.FileField(label=_("Question set"), required=not settings.DEMO)

    def clean_user(self):
        name = self.cleaned_data["user"]
        user = get_user_model().objects.filter(username=name, is_active=True).first()
        if user is None:
            raise forms.ValidationError(
                _("There is no active user “%(name)s”."), params={"name": name}
            )
        return user

    def clean_questions(self):
        file = self.cleaned_data["questions"]
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(_("A question set has 5 MB at most."))
        return file

    def read(self) -> tuple[str, bytes]:
        """The name and the content of the set; the demo's where none was chosen."""
        file = self.cleaned_data["questions"]
        if file:
            return file.name, file.read()
        return str(_("the demo")), DEMO_QUESTIONS.read_bytes()


@admin.register(Index)
class IndexAdmin(admin.ModelAdmin):
    """One page instead of the admin's list and forms."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("build/", view(self.build_view), name="knowledge_index_build"),
            path("<int:pk>/compare/", view(self.compare_view), name="knowledge_index_compare"),
            path("<int:pk>/<slug:verb>/", view(self.verb_view), name="knowledge_index_verb"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.page(request)

    def page(self, request, form=None, status=200):
        rows = [row(index, self.has_change_permission(request)) for index in Index.objects.all()]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Indexes"),
            "opts": self.opts,
            "rows": rows,
            "working": any(row["working"] for row in rows),
            "may_change": self.has_change_permission(request),
            "form": form or BuildForm(),
            "configured": settings.EMBEDDING_MODEL,
            "demo": settings.DEMO,
            "asker": DEMO_ASKER if settings.DEMO else request.user.get_username(),
        }
        name = "index_list" if request.htmx else "indexes"
        return render(request, f"knowledge/{name}.html", context, status=status)

    def build_view(self, request):
        self.refuse(request)
        form = BuildForm(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=400)
        try:
            index = Index.objects.begin(form.cleaned_data["model"], by=request.user)
            self.message_user(
                request, _("Index %(pk)d is being built.") % {"pk": index.pk}, messages.SUCCESS
            )
        except KnowledgeError as error:
            self.message_user(request, said(str(error)), messages.ERROR)
        return redirect("admin:knowledge_index_changelist")

    def compare_view(self, request, pk):
        self.refuse(request)
        index, form = get_object_or_404(Index, pk=pk), QuestionsForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                comparison.ask_for(index, *form.read(), form.cleaned_data["user"])
            except (KnowledgeError, Index.DoesNotExist) as error:
                self.message_user(request, said(str(error)), messages.ERROR)
        else:
            told = [message for errors in form.errors.values() for message in errors]
            self.message_user(request, " ".join(told), messages.ERROR)
        return redirect("admin:knowledge_index_changelist")

    def verb_view(self, request, pk, verb):
        """Asks before, and does it when asked by POST."""
        if verb == "change":
            return redirect("admin:knowledge_index_changelist")
        if verb not in VERBS:
            raise Http404
        if not self.has_change_permission(request):
            raise PermissionDenied
        index = get_object_or_404(Index, pk=pk)
        label, question, told = VERBS[verb]
        if request.method != "POST":
            context = {"index": index, "verb": verb}
            context["title"] = _("%(label)s: index %(pk)d") % {"label": label, "pk": pk}
            context |= {"label": label, "question": question, "opts": self.opts}
            context |= self.admin_site.each_context(request)
            return render(request, "knowledge/index_confirm.html", context)
        try:
            if do(verb, index, request.user):
                self.message_user(request, told.format(pk=pk), messages.SUCCESS)
        except KnowledgeError as error:
            self.message_user(request, said(str(error)), messages.ERROR)
        return redirect("admin:knowledge_index_changelist")

    def refuse(self, request):
        """Lets only a POST of somebody who may change indexes pass."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied


def do(verb: str, index: Index, by) -> bool:
    """The verb of a button; whether it is done, or is going to be by the worker.

    Raises KnowledgeError as the model's verbs do.
    """
    if verb in ("activate", "undo"):
        return switching.ask_for(index, by)
    if verb == "cut":
        index.resume(by, cut=True)
    elif verb == "leave":
        switching.leave(index)
    elif verb == "discard":
        from knowledge.tasks import remove_index

        index.discard(by)
        remove_index.defer(index_id=index.pk)
    else:
        getattr(index, verb)(by)
    return True


def row(index: Index, may_change: bool) -> dict:
    """An index as the page shows it."""
    told = index.comparison or {}
    waiting = "lines" in told
    left = index.remaining_seconds
    return {
        "index": index,
        "verbs": [(verb, VERBS[verb][0]) for verb in verbs_of(index) if may_change],
        "compares": may_change and index.state in Index.SWITCHABLE and not waiting,
        "working": waiting
        or bool(index.switch_asked_at)
        or index.state in (State.BUILDING, State.REMOVING),
        "waiting": waiting,
        "told": told if told and not waiting else None,
        "left": "" if left is None else duration(left),
        "signs": None if index.signs_recall is None else 100 * index.signs_recall,
        "signs_compared": (index.signs_recall or 0) >= LEAST_RECALL,
    }


def verbs_of(index: Index) -> list[str]:
    """The buttons that an index has in its state."""
    if index.switch_asked_at and index.state in Index.SWITCHABLE:
        return ["leave"]
    return {
        State.BUILDING: ["cancel"],
        State.READY: ["undo" if index.activated_at else "activate", "discard"],
        State.RETIRED: ["undo", "discard"],
        State.FAILED: [*(["cut"] if index.too_long and not index.cut else ["resume"]), "discard"],
        State.REMOVING: ["discard"],
    }.get(index.state, [])
