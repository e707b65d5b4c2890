"""What the lists of documents and of deeds show: the choice in the address."""

from django import forms

from knowledge.models import AuditEntry, Collection


class FilterForm(forms.Form):
    """Which documents to list; nonsense in the address lists all of them."""

    STATES = [
        ("", "Every state"),
        ("waits", "Waits for you"),
        ("working", "In work"),
        ("ready", "Ready"),
        ("failed", "Failed"),
        ("held", "Waits for approval"),
        ("scheduled", "Scheduled"),
        ("review", "Due for review"),
        ("expired", "Expired"),
        ("withdrawn", "Withdrawn"),
        ("cancelled", "Cancelled"),
    ]

    q = forms.CharField(
        required=False,
        max_length=200,
        label="Search by name",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Search by name"}),
    )
    state = forms.ChoiceField(choices=STATES, required=False)
    collection = forms.ModelChoiceField(
        Collection.objects.none(), required=False, empty_label="Every collection"
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
        label="Document",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Document"}),
    )
    person = forms.CharField(
        required=False,
        max_length=150,
        label="Person",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "User name"}),
    )
    action = forms.ChoiceField(
        choices=[("", "Every action"), *AuditEntry.Action.choices], required=False
    )

    def chosen(self) -> dict:
        """The valid choices that were made."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
