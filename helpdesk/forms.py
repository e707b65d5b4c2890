"""What a person may ask, and how a form says what is wrong."""

from django import forms
from django.conf import settings
from django.utils.formats import number_format
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy as _


class SentenceForm(forms.Form):
    """A form that says in one sentence what is wrong, where no field of it is shown."""

    @property
    def sentence(self) -> str:
        """The first thing that is wrong, or ""."""
        return next((error for errors in self.errors.values() for error in errors), "")


class QuestionForm(SentenceForm):
    """One question. Its errors are sentences for the person who asks."""

    question = forms.CharField(
        error_messages={"required": _("Write a question first.")},
        widget=forms.Textarea(attrs={"rows": 1}),
    )

    def clean_question(self):
        # A lone surrogate, as JSON may hold, is no text that can be stored.
        question = self.cleaned_data["question"].encode("utf-8", "ignore").decode()
        question = normalize_newlines(question).strip()
        if not question:
            raise forms.ValidationError(_("Write a question first."))
        if len(question) > settings.MAX_QUESTION_CHARS:
            raise forms.ValidationError(
                _(
                    "Your question has %(length)s characters; at most %(limit)s fit. Shorten it"
                    " and send it again."
                ),
                params={
                    "length": number_format(len(question), force_grouping=True),
                    "limit": number_format(settings.MAX_QUESTION_CHARS, force_grouping=True),
                },
            )
        return question
