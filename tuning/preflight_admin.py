"""The preflight as a page of the admin: what stands against training on the approved pairs."""

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from knowledge.errors import KnowledgeError
from tuning import preflight
from tuning.models import QAPair

# So many findings of a check are listed; the rest is counted.
MOST_LISTED = 50
# What each check is about, and what its findings have in common.
TITLES = {
    "too_few": _("Number of pairs"),
    "not_approved": _("Not approved"),
    "restricted": _("Restricted sources"),
    "source_gone": _("Sources that are gone"),
    "source_changed": _("Sources that changed"),
    "personal": _("Personal data"),
    "unsupported": _("Facts that the sources don't hold"),
    "no_source": _("Facts without a source"),
    "contradiction": _("Contradictions"),
    "duplicate": _("Duplicates"),
    "near_duplicate": _("Near duplicates"),
    "too_long": _("Too long"),
    "too_short": _("Too short"),
    "empty": _("Empty"),
    "approved_alone": _("Approved by whoever wrote it"),
}


class ReadersForm(forms.Form):
    groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        required=False,
        label=_("For an adapter that is restricted to"),
        help_text=_("None: for everyone in the company."),
        widget=forms.CheckboxSelectMultiple,
    )


def page(model_admin, request):
    """Examines what the person may see; the address says for which groups."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    form = ReadersForm(request.GET)
    groups = form.cleaned_data["groups"] if form.is_valid() else []
    approved = QAPair.objects.approved()
    pairs = approved.filter(pk__in=QAPair.objects.visible_to(request.user)).order_by("pk")
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Preflight"),
        "opts": model_admin.opts,
        "form": form,
        "hidden": approved.count() - pairs.count(),
        **examined(pairs, groups),
    }
    return render(request, "tuning/preflight.html", context)


def examined(pairs, groups) -> dict:
    try:
        report = preflight.examine(pairs, groups)
    except KnowledgeError as error:
        return {"problem": str(error)}
    return {"report": report, "sections": sections(report)}


def sections(report) -> list[dict]:
    """The findings by check, blocking ones first, each with the questions it is about."""
    keys = {key for one in report.findings for key in (one.pair, *one.others) if key}
    questions = dict(QAPair.objects.filter(pk__in=keys).values_list("pk", "question"))
    by_check: dict[tuple[bool, str], list] = {}
    for one in report.findings:
        by_check.setdefault((not one.blocking, one.check), []).append(one)
    order = list(TITLES)
    return [
        {
            "title": TITLES[check],
            "blocking": not warns,
            "count": len(found),
            "more": max(len(found) - MOST_LISTED, 0),
            "rows": [row(one, questions) for one in found[:MOST_LISTED]],
        }
        for (warns, check), found in sorted(
            by_check.items(), key=lambda pair: (pair[0][0], order.index(pair[0][1]))
        )
    ]


def row(finding, questions: dict) -> dict:
    return {
        "message": finding.message,
        "pair": finding.pair,
        "question": questions.get(finding.pair, ""),
        "others": [(key, questions.get(key, "")) for key in finding.others],
    }
