"""What a person may say of an answer, and what staff may do with it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.forms import SentenceForm
from helpdesk.models import Feedback
from knowledge.models import Collection

COMMENT_CHARS = Feedback._meta.get_field("comment").max_length


class FeedbackForm(SentenceForm):
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


class InboxForm(forms.Form):
    """Which feedback to list; nonsense in the address counts as no choice."""

    STATES = [("open", _("To do")), ("", _("Every state")), *Feedback.State.choices]

    verdict = forms.ChoiceField(
        label=_("Thumb"),
        choices=[("", _("Both thumbs")), *Feedback.Verdict.choices],
        required=False,
    )
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Every reason")), *Feedback.Reason.choices],
        required=False,
    )
    collection = forms.ModelChoiceField(
        Collection.objects.none(),
        label=_("Collection"),
        required=False,
        empty_label=_("Every collection"),
    )
    engine = forms.ChoiceField(label=_("Engine"), required=False)
    first = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    # What an address without a choice lists: what somebody has to look at.
    DEFAULT = {"verdict": Feedback.Verdict.DOWN, "state": "open"}

    def __init__(self, data, *, user, engines):
        made = any(name in data for name in self.base_fields)
        super().__init__(data if made else self.DEFAULT)
        self.fields["collection"].queryset = Collection.objects.visible_to(user)
        self.fields["engine"].choices = [("", _("Every engine")), *engines]

    def chosen(self) -> dict:
        """The valid choices that were made."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ReplyForm(forms.Form):
    """What the person is told when their question is answered."""

    reply = forms.CharField(
        label=_("What the person is told"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what the person shall read.")},
    )
    reply_url = forms.RegexField(
        r"^(https?://\S+|/(?!/)\S*)$",
        label=_("A link"),
        required=False,
        max_length=500,
        help_text=_("A page of this desk, like /documents/…, or an address with https://."),
        error_messages={"invalid": _("Begin the link with / or https://.")},
    )
