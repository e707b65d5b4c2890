"""The box for files: what became of each, and where the next ones go."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from knowledge.models import Document, Version
from tests.knowledge.papers import uploaded

HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.usefixtures("var")


def file(name, content=b"Hello world."):
    return SimpleUploadedFile(name, content)


def test_files_are_uploaded_and_each_is_told(as_administrator, everyone):
    url = reverse("documents")
    uploaded(everyone, "same.txt", b"Hello world.")
    uploaded(everyone, "old.txt", b"An older text.")
    files = [file("new.txt", b"Something new."), file("same.txt"), file("old.txt", b"Newer.")]
    files += [file("empty.txt", b""), file("setup.exe", b"MZ" + bytes(range(256)))]
    response = as_administrator.post(url, {"collection": everyone.pk, "files": files})
    results = re.findall(r'<li class="upload-result ([\w-]+)">', response.content.decode())
    assert results == ["new", "unchanged", "new-version", "refused", "refused"]
    assert "The file is empty" in response.content.decode()
    assert "This kind of file is not supported" in response.content.decode()
    new = Version.objects.get(document__name="new.txt")
    assert (new.uploaded_by.username, new.status) == ("administrator", "queued")


def test_an_upload_by_script_gets_the_results_alone(as_administrator, everyone):
    data = {"collection": everyone.pk, "files": [file("a.txt")], "names": ["travel/a.txt"]}
    response = as_administrator.post(reverse("documents"), data, headers=HTMX)
    assert b"travel/a.txt" in response.content
    assert b"<html" not in response.content
    assert Document.objects.get().name == "travel/a.txt"


def test_the_next_files_go_where_the_last_ones_went_or_where_one_looks(
    as_administrator, everyone, managers
):
    page = reverse("documents")

    def chosen(**query):
        return as_administrator.get(page, query).context["form"]["collection"].value()

    as_administrator.post(page, {"collection": managers.pk, "files": [file("note.txt")]})

    assert chosen() == managers.pk
    assert chosen(collection=everyone.pk) == str(everyone.pk)


def test_why_a_file_cannot_be_read_is_told_in_the_readers_language(as_administrator, everyone):
    data = {"collection": everyone.pk, "files": [file("setup.exe", b"MZ" + bytes(range(256)))]}
    german = as_administrator.post(
        reverse("documents"), data, headers=HTMX | {"Accept-Language": "de"}
    )
    assert "Diese Art von Datei wird nicht unterstützt" in german.content.decode()


def test_an_upload_without_files_is_told(as_administrator, everyone):
    response = as_administrator.post(reverse("documents"), {"collection": everyone.pk})
    assert response.status_code == 400
    assert b"Choose at least one file." in response.content
