"""Runs in the Django admin: start one, watch it learn, cancel it."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from knowledge.errors import KnowledgeError
from knowledge.keys import key
from knowledge.standing import duration
from tuning import reporting
from tuning.errors import TuningError
from tuning.models import Example, QAPair, Run
from tuning.plot import plot
from tuning.preflight import MIN_PAIRS
from tuning.report_views import ReportMixin
from tuning.run_forms import StartForm

LIST = "admin:tuning_run_changelist"
# Of the latest evaluation; earlier ones are a click away.
EVALUATIONS_SHOWN = 6
FINDINGS_SHOWN = 50


@admin.register(Run)
class RunAdmin(ReportMixin, admin.ModelAdmin):
    """Pages of its own instead of the admin's list and forms."""

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        found = Run.objects.visible_to(request.user).select_related("dataset", "started_by")
        return found.annotate(pairs=Count("dataset__examples", distinct=True))

    def get_urls(self):
        view = self.admin_site.admin_view(self.cancel_view)
        cancel = path("<int:pk>/cancel/", view, name="tuning_run_cancel")
        return [cancel, *self.report_urls(), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        runs = list(self.get_queryset(request)[:200])
        working = any(not run.finished for run in runs)
        context = {"title": _("Runs"), "runs": runs, "working": working}
        context |= {"may_start": self.has_add_permission(request), "least": MIN_PAIRS}
        context["approved"] = QAPair.objects.visible_to(request.user).approved().count()
        return self.page(request, "run_rows" if request.htmx else "runs", context)

    def add_view(self, request, form_url="", extra_context=None):
        """Asks for the settings; shows what they mean; starts the run."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = StartForm(request.POST or None, by=request.user)
        context = {"title": _("Start a run"), "form": form}
        if request.method == "POST" and form.is_valid():
            plan = form.plan()
            try:
                if "start" in request.POST:
                    run = plan.start()
                    self.message_user(request, _("%s is queued.") % run, messages.SUCCESS)
                    return redirect(run.get_absolute_url())
                context |= foreseen(plan)
            except (TuningError, KnowledgeError) as error:
                context |= {"refused": str(error)}
        return self.page(request, "run_start", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        run = self.found(request, object_id)
        context = {"title": str(run), **standing(run)}
        if run.state == Run.State.DONE:
            context |= reporting.report(run, request.user)
        context["may_cancel"] = self.has_change_permission(request) and not run.finished
        return self.page(request, "run_live" if request.htmx else "run", context)

    def cancel_view(self, request, pk):
        """Asks before, and does it when asked by POST."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        run = self.found(request, pk)
        if request.method != "POST":
            context = {"title": _("Cancel %s") % run, "run": run}
            return self.page(request, "run_cancel", context)
        try:
            run.cancel()
            self.message_user(request, _("%s is cancelled.") % run, messages.SUCCESS)
        except TuningError as error:
            self.message_user(request, str(error), messages.WARNING)
        return redirect(run.get_absolute_url())

    def found(self, request, pk) -> Run:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=key(str(pk)))

    def page(self, request, name, context):
        whole = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return render(request, f"tuning/{name}.html", whole)


def foreseen(plan) -> dict:
    """What the page tells of a run before its start."""
    report, estimate = plan.report(), plan.estimate()
    return {
        "report": report,
        "findings": report.findings[:FINDINGS_SHOWN],
        "more_findings": max(len(report.findings) - FINDINGS_SHOWN, 0),
        "estimate": estimate,
        "duration": duration(estimate.seconds) if estimate else "",
        "plan": plan,
        "sent": plan.sent,
        "options": plan.options,
        "count": len(plan.texts()),
    }


def standing(run: Run) -> dict:
    """All that the page of a run shows."""
    metrics = list(run.metrics.all())
    training = [(row.step, row.loss) for row in metrics if row.loss is not None]
    evaluations = [row for row in metrics if row.eval_loss is not None]
    drawn = plot(training, [(row.step, row.eval_loss) for row in evaluations], run.steps)
    share = (run.trainable_parameters or 0) / (run.total_parameters or 1)
    return {
        "run": run,
        "plot": drawn,
        "training": training[-1] if training else None,
        "evaluations": evaluations[::-1][:EVALUATIONS_SHOWN],
        "samples": sampled(run, evaluations[-1]) if evaluations else [],
        "remaining": duration(run.remaining_seconds) if run.remaining_seconds is not None else "",
        "took": duration(run.training_seconds) if run.training_seconds else "",
        "percent": 100 * share,
        "counts": run.dataset.counts(),
        "groups": list(run.restricted_to),
    }


def sampled(run: Run, metric) -> list[dict]:
    """The samples of an evaluation beside the question and the answer that was wanted."""
    rows = Example.objects.filter(pk__in=[each["example"] for each in metric.samples])
    examples = {row.pk: row for row in rows}
    return [
        {"given": each["given"], "wanted": each["wanted"], "example": examples.get(each["example"])}
        for each in metric.samples
    ]
