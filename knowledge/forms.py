"""What people may send: files into a collection, and what the list of documents shows."""

from pathlib import PurePosixPath

from django import forms

from knowledge.models import Collection, Document

LONGEST_NAME = Document._meta.get_field("name").max_length


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or many files. What is wrong with one of them is told by its own version, not here."""

    def clean(self, data, initial=None):
        files = [file for file in data or () if file]
        if not files:
            raise forms.ValidationError("Choose at least one file.", code="required")
        return files


class UploadForm(forms.Form):
    """Files for one of the collections that the person may read.

    The field `names` may say the files' names with their folders, in the files' order: a browser
    sends the last part only.
    """

    collection = forms.ModelChoiceField(Collection.objects.none(), empty_label=None)
    files = FilesField(widget=FilesInput, label="Files")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["collection"].queryset = Collection.objects.visible_to(user)

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


class FilterForm(forms.Form):
    """Which documents to list; nonsense in the address lists all of them."""

    STATES = [
        ("", "Every state"),
        ("working", "In work"),
        ("ready", "Ready"),
        ("failed", "Failed"),
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
