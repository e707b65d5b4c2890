"""What the lists of documents and of deeds show: the choice in the address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge.models import AuditEntry, Collection


class FilterForm(forms.Form):
    """Which documents to list; nonsense in the address lists all of them."""

    STATES = [
        ("", _("Every state")),
        ("waits", _("Waits for you")),
        ("working", _("In work")),
        ("ready", _("Ready")),
        ("failed", _("Failed")),
        ("held", _("Waits for approval")),
        ("scheduled", _("Scheduled")),
        ("review", _("Due for review")),
        ("expired", _("Expired")),
        ("withdrawn", _("Withdrawn")),
        ("cancelled", _("Cancelled")),
    ]

    q = forms.CharField(
        required=False,
        max_length=200,
        label=_("Search by name"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Search by name")}),
    )
    state = forms.ChoiceField(choices=STATES, required=False)
    collection = forms.ModelChoiceField(
        Collection.objects.none(), required=False, empty_label=_("Every collection")
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["collection"].queryset = Collection.objects.visible_to(user)

    def chosen(self) -> dict:
        """The valid choices that were made."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class TrailForm(forms.Form):
    """Which deeds to list; nonsense in the address lists all of them."""

    q = forms.CharField(
        required=False,
        max_length=255,
        label=_("Document"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Document")}),
    )
    person = forms.CharField(
        required=False,
        max_length=150,
        label=_("Person"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("User name")}),
    )
    action = forms.ChoiceField(
        choices=[("", _("Every action")), *AuditEntry.Action.choices], required=False
    )

    def chosen(self) -> dict:
        """The valid choices that were made."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
