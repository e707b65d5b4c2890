"""What staff write of a curated answer, and which of them they list."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.models import CuratedAnswer
from knowledge.models import Version
from knowledge.picking import DocumentField

# So many sources fit the form: an answer that needs more is several answers.
SOURCES = 3


class CuratedForm(forms.Form):
    """A question with its answer and its sources; each with a quote, or none to be looked for."""

    question = forms.CharField(
        label=_("Question"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    phrasings = forms.CharField(
        label=_("Other ways to ask it"),
        required=False,
        max_length=5000,
        help_text=_("One a line. Only what is asked in these words is answered directly."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=8000,
        help_text=_("Markdown. [1] names the first document below, [2] the second."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    team = forms.CharField(
        label=_("Who answers for it"),
        max_length=60,
        help_text=_("As people know them, like “The People team”."),
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: as long as its documents stay as they are."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        for number in range(1, SOURCES + 1):
            self.fields[f"document_{number}"] = DocumentField(
                user=user,
                label=_("Document [%(number)d]") % {"number": number},
                required=number == 1,
            )
            self.fields[f"quote_{number}"] = forms.CharField(
                label=_("Quote [%(number)d]") % {"number": number},
                required=False,
                max_length=3000,
                help_text=_("Word for word. Empty: the sentence that bears it out is looked for."),
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over: choose a later one, or none."))
        return day

    def sources(self) -> list[tuple[Version, str]]:
        """The versions that answer of the documents that were chosen, with their quotes."""
        pairs = (
            (self.cleaned_data[f"document_{n}"], self.cleaned_data[f"quote_{n}"])
            for n in range(1, SOURCES + 1)
        )
        return [(document.current, quote) for document, quote in pairs if document]

    def content(self) -> dict:
        """What `pinning.pin` takes, but who pins it."""
        told = self.cleaned_data
        return {
            "question": told["question"],
            "answer": told["answer"],
            "sources": self.sources(),
            "team": told["team"],
            "phrasings": told["phrasings"].splitlines(),
            "expires_on": told["expires_on"],
        }


def told(row: CuratedAnswer) -> dict:
    """A row as the form shows it."""
    values = {
        "question": row.question,
        "answer": row.answer,
        "team": row.team,
        "expires_on": row.expires_on,
        "phrasings": "\n".join(
            each.text for each in row.phrasings.all() if each.text != row.question
        ),
    }
    for source in row.sources.select_related("version"):
        values[f"document_{source.number}"] = source.version and source.version.document_id
        values[f"quote_{source.number}"] = source.quote
    return values


class CuratedFilterForm(forms.Form):
    """Which curated answers to list; nonsense in the address lists all of them."""

    q = forms.CharField(
        required=False,
        max_length=200,
        label=_("Search"),
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        required=False,
        label=_("State"),
        choices=[
            ("", _("Every state")),
            ("review", _("To be reviewed")),
            *CuratedAnswer.State.choices,
        ],
    )

    def chosen(self) -> dict:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
