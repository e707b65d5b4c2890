"""What people may send: files into a collection, and until when they answer."""

from pathlib import PurePosixPath

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge.models import Collection, Document

LONGEST_NAME = Document._meta.get_field("name").max_length


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or many files. What is wrong with one of them is told by its own version, not here."""

    def clean(self, data, initial=None):
        files = [file for file in data or () if file]
        if not files:
            raise forms.ValidationError(_("Choose at least one file."), code="required")
        return files


class DateField(forms.DateField):
    """A day, chosen from the browser's calendar."""

    def __init__(self, **kwargs):
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(required=False, widget=widget, **kwargs)


class DatesForm(forms.Form):
    """From when until when a version answers; both may stay open."""

    effective_from = DateField(
        label=_("Answers from"), help_text=_("Empty: as soon as it is read.")
    )
    expires_on = DateField(label=_("Answers until"), help_text=_("Empty: for ever."))

    def clean(self):
        given = super().clean()
        first, last = given.get("effective_from"), given.get("expires_on")
        if first and last and last < first:
            self.add_error("expires_on", _("The last day lies before the first."))
        return given


class VersionForm(DatesForm):
    """One file as the next version of a document."""

    file = forms.FileField(label=_("File"), allow_empty_file=True)


class UploadForm(DatesForm):
    """Files for one of the collections that the person looks after.

    The field `names` may say the files' names with their folders, in the files' order: a browser
    sends the last part only.
    """

    collection = forms.ModelChoiceField(Collection.objects.none(), empty_label=None)
    files = FilesField(widget=FilesInput, label=_("Files"))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["collection"].queryset = Collection.objects.kept_by(user)

    def named_files(self) -> list[tuple[str, object]]:
        """Each file with the name of its document."""
        files = self.cleaned_data["files"]
        names = self.data.getlist("names")
        if len(names) != len(files):
            names = [file.name for file in files]
        pairs = zip(names, files, strict=True)
        return [(document_name(name) or file.name, file) for name, file in pairs]


def document_name(path: str) -> str:
    """A path as a document's name: no way up, no control characters, the end where it is long."""
    clean = "".join(letter for letter in path.replace("\\", "/") if letter.isprintable())
    parts = [part for part in PurePosixPath(clean).parts if part not in ("/", "..", ".")]
    return "/".join(parts)[-LONGEST_NAME:].lstrip("/")
