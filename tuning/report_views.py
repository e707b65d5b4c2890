"""The pages of a run's evaluation in the admin: its report, the blind votes, who is to answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _

from knowledge.keys import key
from tuning import closing, reporting, switching, voting
from tuning.errors import TuningError
from tuning.models import Adapter, Evaluation
from tuning.switching import OVERRIDE, SWITCH


class ReportMixin:
    """Views beside the pages of a run; `found` and `page` are the run admin's."""

    def report_urls(self):
        views = {
            "report": self.report_view,
            "report.json": self.json_view,
            "evaluate": self.evaluate_view,
            "vote": self.vote_view,
            "switch": self.switch_view,
        }
        return [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"tuning_run_{key}")
            for name, view in views.items()
            for key in [name.replace(".", "_")]
        ]

    def report_view(self, request, pk):
        """The report alone, as the page asks for it while it is being made."""
        run = self.found(request, pk)
        if not request.htmx:
            return redirect(f"{run.get_absolute_url()}#run-report")
        return self.page(request, "run_report", reporting.report(run, request.user))

    def json_view(self, request, pk):
        run = self.found(request, pk)
        done = run.evaluations.filter(state=Evaluation.State.DONE)
        evaluation = get_object_or_404(done.order_by("-pk")[:1])
        return JsonResponse(evaluation.report, json_dumps_params={"indent": 1})

    def evaluate_view(self, request, pk):
        """Queues another evaluation; asked by POST alone."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        run = self.found(request, pk)
        if request.method == "POST":
            try:
                Evaluation.objects.ask(run, request.user)
            except TuningError as error:
                self.message_user(request, str(error), messages.WARNING)
        return redirect(run.get_absolute_url())

    def vote_view(self, request, pk):
        """Two answers, and which is better."""
        run = self.found(request, pk)
        evaluation = get_object_or_404(run.evaluations.filter(state="done").order_by("-pk")[:1])
        if request.method == "POST":
            number = key(request.POST.get("reply", ""))
            choice = request.POST.get("choice", "")
            if not number or choice not in voting.CHOICES:
                return HttpResponseBadRequest()
            ballot = voting.ballot(evaluation, request.user, number)
            if ballot:
                ballot.cast(request.user, choice)
            return redirect(request.path)
        context = {"title": _("Which answer is better?"), "run": run}
        context["ballot"] = voting.ballot(evaluation, request.user)
        context["votes"] = voting.tally(evaluation)
        return self.page(request, "run_vote", context)

    def switch_view(self, request, pk):
        """Asks before; by POST lets the run's engine answer, some people or all."""
        if not request.user.has_perm(SWITCH):
            raise PermissionDenied
        run = self.found(request, pk)
        adapter = get_object_or_404(Adapter.objects.select_related("engine"), run=run)
        share = request.POST.get("share") or request.GET.get("share") or "0"
        if share not in {"0", *map(str, switching.SHARES)}:
            return HttpResponseBadRequest()
        context = {"title": _("Who is to answer"), "run": run, "adapter": adapter}
        context |= {
            "engine": adapter.engine,
            "share": int(share),
            "closed": closing.why(run.dataset),
        }
        context["groups"] = list(run.restricted_to)
        context["may_override"] = request.user.has_perm(OVERRIDE)
        if request.method != "POST":
            return self.page(request, "run_switch", context)
        reason = request.POST.get("reason", "").strip()[:2000]
        try:
            switch = switching.switch_on(adapter, request.user, int(share), reason)
        except TuningError as error:
            return self.page(request, "run_switch", {**context, "refused": str(error)})
        self.message_user(request, told(switch), messages.SUCCESS)
        return redirect(run.get_absolute_url())


def told(switch) -> str:
    if switch.deed == switch.Deed.TRY and switch.share == 100:
        words = _("From the next question on, “%(engine)s” answers everybody it may.")
        return words % {"engine": switch.name}
    if switch.deed == switch.Deed.TRY:
        words = _("From the next question on, “%(engine)s” answers %(share)d%% of the people.")
        return words % {"engine": switch.name, "share": switch.share}
    return _("From the next question on, “%(engine)s” answers.") % {"engine": switch.name}
