"""Who looks after a document, and how its keepers try it as somebody else."""

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from knowledge.forms import DateField


class PersonField(forms.CharField):
    """An active person by the user name; a page's list of people helps to find it."""

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"list": "people", "autocomplete": "off"})
        super().__init__(max_length=150, widget=widget, **kwargs)

    def clean(self, value):
        name = super().clean(value)
        if not name:
            return None
        found = get_user_model().objects.filter(username=name, is_active=True).first()
        if found is None:
            raise forms.ValidationError(
                _("There is no active account “%(name)s”."), params={"name": name}
            )
        return found


class CareForm(forms.Form):
    """Who is asked whether a document still holds, and when."""

    owner = PersonField(
        label=_("Owner"),
        required=False,
        help_text=_("Is asked whether it still holds. A user name."),
    )
    review_on = DateField(label=_("Review on"), help_text=_("Empty: never asked."))


class ReviewForm(forms.Form):
    """When a document that was just reviewed is looked at again."""

    next_on = DateField(label=_("Next review"))


class FindForm(forms.Form):
    """A question, and the person as whom to search."""

    person = PersonField(label=_("As"), help_text=_("A user name."))
    question = forms.CharField(
        label=_("Question"), max_length=1000, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
