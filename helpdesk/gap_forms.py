"""Which gaps to list, and what staff say of one."""

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Gap
from knowledge.picking import DocumentField

SORTS = {
    "asked": ("-asked", "-last"),
    "people": ("-people", "-asked"),
    "last": ("-last", "pk"),
    "first": ("first", "pk"),
}


class GapFilterForm(forms.Form):
    """Nonsense in the address lists what is open, what is asked most first."""

    q = forms.CharField(
        required=False,
        max_length=200,
        label=_("Search"),
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        required=False,
        label=_("State"),
        choices=[("", _("Open")), *list(Gap.State.choices)[1:], ("all", _("Every state"))],
    )
    owner = forms.ChoiceField(
        required=False,
        label=_("Owner"),
        choices=[("", _("Anybody")), ("me", _("Me")), ("nobody", _("Nobody"))],
    )
    sort = forms.ChoiceField(
        required=False,
        label=_("First"),
        choices=[
            ("", _("Asked most")),
            ("people", _("Most people")),
            ("last", _("Asked last")),
            ("first", _("Asked first")),
        ],
    )

    def listed(self, gaps, user):
        """Those of `gaps` that are meant, in the order that is."""
        self.is_valid()
        told = self.cleaned_data
        if text := told.get("q"):
            gaps = gaps.filter(pk__in=Gap.objects.filter(questions__text__icontains=text))
        state = told.get("state") or Gap.State.OPEN
        if state != "all":
            gaps = gaps.filter(state=state)
        owners = {"me": Q(owner=user), "nobody": Q(owner=None)}
        if whose := told.get("owner"):
            gaps = gaps.filter(owners[whose])
        return gaps.order_by(*SORTS[told.get("sort") or "asked"])


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(
        get_user_model().objects.none(),
        required=False,
        label=_("Who looks after it"),
        empty_label=_("Nobody"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = keepers()


def keepers():
    """The people who may change gaps."""
    may = Q(user_permissions__codename="change_gap") | Q(groups__permissions__codename="change_gap")
    people = get_user_model().objects.filter(is_active=True)
    return people.filter(may | Q(is_superuser=True)).distinct().order_by("username")


class DocumentForm(forms.Form):
    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        label = _("The document that was added or mended")
        told = _("A few words of its title: what fits is offered. Empty: none in particular.")
        self.fields["document"] = DocumentField(
            user=user, required=False, label=label, help_text=told
        )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
