"""What a person may say of an answer, and what staff may do with it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Feedback

COMMENT_CHARS = Feedback._meta.get_field("comment").max_length


class FeedbackForm(forms.Form):
    """A thumb; `explained` says that reasons and comment come along, if only empty."""

    verdict = forms.ChoiceField(
        choices=Feedback.Verdict, error_messages={"required": _("Choose a thumb first.")}
    )
    explained = forms.BooleanField(required=False)
    reasons = forms.MultipleChoiceField(choices=Feedback.Reason, required=False)
    comment = forms.CharField(
        required=False,
        max_length=COMMENT_CHARS,
        error_messages={"max_length": _("Your comment is too long. Shorten it and send it again.")},
    )

    @property
    def sentence(self) -> str:
        """The first thing that is wrong, or ""."""
        return next((error for errors in self.errors.values() for error in errors), "")
