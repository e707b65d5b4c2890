"""What people write of a hand-off."""

from django import forms
from django.conf import settings
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy as _

from helpdesk.forms import SentenceForm

ANSWER_CHARS = 8000


def written(text: str) -> str:
    # A lone surrogate, as a form may hold, is no text that can be stored.
    return normalize_newlines(text.encode("utf-8", "ignore").decode()).strip()


class WishForm(SentenceForm):
    """What a person wants, in their own words; they need not say it."""

    wish = forms.CharField(required=False, widget=forms.Textarea)

    def clean_wish(self):
        wish = written(self.cleaned_data["wish"])
        if len(wish) > settings.MAX_QUESTION_CHARS:
            raise forms.ValidationError(_("That is too long. Shorten it and send it again."))
        return wish


class AnswerForm(SentenceForm):
    """An answer of whoever took the hand-off."""

    text = forms.CharField(
        error_messages={"required": _("Write an answer first.")}, widget=forms.Textarea
    )

    def clean_text(self):
        text = written(self.cleaned_data["text"])
        if not text:
            raise forms.ValidationError(_("Write an answer first."))
        if len(text) > ANSWER_CHARS:
            raise forms.ValidationError(_("That is too long. Shorten it and send it again."))
        return text
