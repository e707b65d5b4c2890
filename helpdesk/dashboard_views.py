"""The dashboard of staff."""

from django import forms
from django.shortcuts import render
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from helpdesk.bars import Bars
from helpdesk.dashboard import FEW, PERIODS, figures
from knowledge.models import Collection
from knowledge.views.access import allowed

DEFAULT = 30
WAITS = ("wait",)


class PeriodForm(forms.Form):
    """What to show; nonsense in the address shows the month, of everything."""

    days = forms.TypedChoiceField(label=gettext_lazy("Period"), coerce=int, required=False)
    collection = forms.ModelChoiceField(
        Collection.objects.none(),
        label=gettext_lazy("Collection"),
        required=False,
        empty_label=gettext_lazy("Everything"),
    )

    def __init__(self, data, *, user):
        super().__init__({"days": DEFAULT} | data.dict())
        self.fields["days"].choices = [
            (days, ngettext("%d day", "%d days", days) % days) for days in PERIODS
        ]
        self.fields["collection"].queryset = Collection.objects.visible_to(user)

    def chosen(self) -> tuple[int, Collection | None]:
        """The days and the collection that were chosen."""
        self.is_valid()
        return self.cleaned_data.get("days") or DEFAULT, self.cleaned_data.get("collection")


@allowed("helpdesk.view_dashboard")
@require_GET
def dashboard(request):
    """What is asked, what comes of it, and which documents carry it."""
    form = PeriodForm(request.GET, user=request.user)
    days, collection = form.chosen()
    found = figures(request.user, days, collection)
    context = {"form": form, "figures": found, "collection": collection, "few": FEW}
    context |= {"plots": plots(found.days) if found.days else []}
    return render(request, "helpdesk/dashboard.html", context)


def plots(days) -> list[dict]:
    """The pictures, each with the table that says the same."""
    ends = ("answered", "declined", "unfinished")
    names = (_("Answered"), _("Declined"), _("Not finished"))
    asked = [(one.answered, one.declined, one.unfinished) for one in days]
    waits = [((one.first_token or 0) / 1000,) for one in days]
    told = [(number_format(wait, 2),) for (wait,) in waits]
    return [
        plot(_("Questions a day"), days, ends, names, asked, asked),
        plot(_("Seconds to the first words"), days, WAITS, (_("Median"),), waits, told),
    ]


def plot(title, days, kinds, names, values, told) -> dict:
    """One picture of `values`, and its table, which tells them as `told`."""
    labels = [date_format(one.day, "MONTH_DAY_FORMAT") for one in days]
    return {
        "title": title,
        "key": list(zip(kinds, names, strict=True)),
        "svg": Bars(title, kinds, list(zip(labels, values, strict=True)), kinds != WAITS).svg(),
        "head": names,
        "rows": list(zip(labels, told, strict=True)),
    }
