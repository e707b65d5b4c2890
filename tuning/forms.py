"""The forms of curation."""

from django import forms
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from tuning.models import QAPair

# As much as an answer may have; a training example holds less than that.
MOST_CHARACTERS = 20_000


def tags_field():
    return SimpleArrayField(
        forms.CharField(max_length=40),
        required=False,
        label=_("Tags"),
        help_text=_("Separated by commas."),
    )


class LinesField(forms.CharField):
    """A text of several lines, ended as the database has them: browsers send two signs for one."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class PairForm(forms.Form):
    """A pair's text, as it is corrected beside its sources."""

    question = LinesField(
        label=_("Question"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("As people ask it, and so that it can be understood alone."),
    )
    answer = LinesField(
        label=_("Answer"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("As the company would give it, in Markdown; keep the marks [1] at the facts."),
    )
    tags = tags_field()


class PairAdminForm(forms.ModelForm):
    tags = tags_field()

    class Meta:
        model = QAPair
        fields = ["question", "answer", "sources", "tags"]
        field_classes = {"question": LinesField, "answer": LinesField}
        widgets = {
            "question": AdminTextareaWidget({"rows": 3}),
            "answer": AdminTextareaWidget({"rows": 12}),
        }

    def clean_tags(self):
        return list(dict.fromkeys(tag.strip() for tag in self.cleaned_data["tags"] if tag.strip()))


class ReasonForm(ActionForm):
    """Beside the list's actions: why pairs are rejected."""

    reason = forms.CharField(label=_("Reason, when rejecting:"), required=False, max_length=500)
