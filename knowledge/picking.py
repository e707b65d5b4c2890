"""Choosing one of many documents in a form: by typing a part of its name."""

from django import forms
from django.db.models import CharField, Q, Value
from django.db.models.functions import Coalesce, Concat, NullIf
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from knowledge.models import Document

# More are told apart by another word, not by scrolling.
SUGGESTED = 20

OFFERED = _("A few words of its title: what fits is offered.")
SHOWN_AS = Concat(
    Coalesce(NullIf("title", Value("")), "name"),
    Value(" ("),
    "collection__slug",
    Value("/"),
    "name",
    Value(")"),
    output_field=CharField(),
)


def answering(user):
    """The documents that answer now and that `user` may read, each with its own `shown_as`."""
    found = Document.objects.visible_to(user).filter(current__isnull=False)
    return found.annotate(shown_as=SHOWN_AS).order_by("shown_as")


def suggested(user, text: str) -> list[str]:
    """How the first of those documents are shown that have every word of `text` in that."""
    found = answering(user)
    for word in text.split():
        found = found.filter(shown_as__icontains=word)
    return list(found.values_list("shown_as", flat=True)[:SUGGESTED])


class DocumentInput(forms.TextInput):
    """A line of text, with a list of what the desk offers for it."""

    def render(self, name, value, attrs=None, renderer=None):
        offered = f"{attrs['id']}-offered"
        attrs = attrs | {
            "list": offered,
            "autocomplete": "off",
            "hx-get": reverse("suggest_documents"),
            "hx-target": f"#{offered}",
            "hx-trigger": "focus once, input changed delay:200ms",
            "hx-sync": "this:replace",
        }
        line = super().render(name, value, attrs, renderer)
        return format_html('{}<datalist id="{}"></datalist>', line, offered)


class DocumentField(forms.CharField):
    """A document that answers and that `user` may read; the browser offers what fits the words.

    Without scripts its whole title or name does, where no other document has the same.
    """

    def __init__(self, *, user, help_text=OFFERED, **kwargs):
        super().__init__(widget=DocumentInput, help_text=help_text, **kwargs)
        self.user = user

    def prepare_value(self, value):
        """The text of a document by its key; what was typed stays as it is."""
        if not isinstance(value, int):
            return value
        return answering(self.user).filter(pk=value).values_list("shown_as", flat=True).first()

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        named = Q(shown_as=text) | Q(title=text) | Q(name=text)
        found = answering(self.user).select_related("current").filter(named)[:SUGGESTED]
        exact = [one for one in found if one.shown_as == text] or found
        if len(exact) == 1:
            return exact[0]
        if exact:
            several = _("Several documents are called so: choose one of those that are offered.")
            raise forms.ValidationError(several)
        none = _("No document that answers now and that you may read is called so.")
        raise forms.ValidationError(none)
