"""Every sentence that readers and workers keep of what went wrong is known, and said in German."""

import ast
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import translation

from knowledge import error_words
from knowledge.extract.sniff import UNSUPPORTED
from knowledge.models import AuditEntry, Feed, Version
from knowledge.said_anew import pattern
from knowledge.uploads import upload
from tests.knowledge.papers import uploaded

# What is raised where a person's own request runs, in commands or while nothing runs yet.
ERRORS = {"KnowledgeError", "ReaderError"}
ELSEWHERE = {"management", "evaluation.py", "archives.py", "benchmarks", "migrations", "demo"}


def raised(path: Path):
    """The sentences of a module's errors and warnings, with something filled in."""
    tree = ast.parse(path.read_text())
    names = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and getattr(node.func, "id", "") in ERRORS:
            yield filled(node.args[0], names)
        for keyword in getattr(node, "keywords", []):
            if keyword.arg == "warning":
                yield filled(keyword.value, names)


def filled(node, names) -> str | None:
    """The text of an expression; None where it is no text, or one that is translated at once."""
    if isinstance(node, ast.Name) and node.id in names:
        return filled(names[node.id], {})
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else "7" for part in node.values
        )
    return None


def known(sentence: str) -> bool:
    """Whether a form says it, or holds it where another sentence fills it in."""
    forms = error_words.FORMS
    return any(pattern(form).fullmatch(sentence) or sentence in form for form in forms)


def test_what_is_raised_is_known():
    root = settings.BASE_DIR / "knowledge"
    modules = [p for p in root.rglob("*.py") if not ELSEWHERE & set(p.relative_to(root).parts)]
    found = [(path.name, text) for path in modules for text in filter(None, raised(path))]
    assert len(found) > 60
    unknown = {text for _, text in found if not known(text)}
    assert unknown == {"7: 7", "The embedding endpoint 7 7.", "Index 7 7."}


@pytest.mark.parametrize(
    ("kept", "german"),
    [
        (
            "The file is gone. Upload it again.",
            "Die Datei ist weg. Laden Sie sie noch einmal hoch.",
        ),
        (
            "Page 3: This page is damaged and could not be read.",
            "Seite 3: Diese Seite ist beschädigt und konnte nicht gelesen werden.",
        ),
        (
            "Page 1: notes: old.pdf: The PDF needs a password. Save a copy without one and upload"
            " that.",
            "Seite 1: notes: old.pdf: Die PDF-Datei braucht ein Passwort. Speichern Sie eine Kopie"
            " ohne Passwort und laden Sie diese hoch.",
        ),
        (
            "a.txt: The file is gone. Upload it again.\nb: c",
            "a.txt: Die Datei ist weg. Laden Sie sie noch einmal hoch.\nb: c",
        ),
        ("Whatever else: it stays.", "Whatever else: it stays."),
        ("", ""),
    ],
)
def test_it_is_said_in_the_language_of_the_reader(kept, german):
    assert error_words.said(kept) == kept
    with translation.override("de"):
        assert error_words.said(kept) == german


def test_the_kinds_that_are_read_are_named_in_german():
    assert error_words.said(UNSUPPORTED) == UNSUPPORTED
    with translation.override("de"):
        told = error_words.said(UNSUPPORTED)
    assert told.startswith("Diese Art von Datei wird nicht unterstützt.")
    assert "E-Mail (.eml, .msg)" in told
    assert told.endswith("Jupyter-Notebook (.ipynb), Text, PNG, JPEG, TIFF, BMP und WebP.")


@pytest.fixture
def in_german(client, administrator):
    """Gets a page as a German administrator sees it."""
    client.force_login(administrator)
    return lambda page: client.get(page, headers={"Accept-Language": "de"}).text


def test_the_pages_of_a_document_tell_it_in_german(in_german, everyone):
    version = uploaded(everyone, "a.txt", b"Text.")
    Version.objects.filter(pk=version.pk).update(
        status="failed",
        error="The PDF needs a password. Save a copy without one and upload that.",
        warning="Page 2: This page is damaged and could not be read.",
    )
    admin = reverse("admin:knowledge_document_change", args=[version.document_id])
    for page in (reverse("documents"), reverse("document", args=[version.document_id]), admin):
        assert "Die PDF-Datei braucht ein Passwort." in in_german(page)
    assert "Seite 2: Diese Seite ist beschädigt" in in_german(reverse("documents"))


def test_the_trail_tells_in_german_why_a_version_failed(in_german, everyone):
    uploaded(everyone, "a.txt", b"Text.").fail("The file is gone. Upload it again.")
    for page in (reverse("trail"), reverse("admin:knowledge_auditentry_changelist")):
        assert "Die Datei ist weg. Laden Sie sie noch einmal hoch." in in_german(page)


@pytest.mark.parametrize(
    ("data", "last", "english", "german"),
    [
        (b"", None, "The file is empty.", "Die Datei ist leer."),
        (b"x" * 2_000_001, None, "has 2 MB; at most 1 MB", "hat 2 MB; höchstens 1 MB"),
        (b"x", date(2020, 1, 31), "2020-01-31, lies before today.", "2020-01-31, liegt vor heute."),
        (b"x", date(2120, 1, 31), "lies before its first.", "liegt vor ihrem ersten Tag."),
    ],
)
def test_why_a_file_was_refused_is_told_to_each_in_their_language(
    settings, in_german, client, administrator, everyone, data, last, english, german
):
    settings.MAX_UPLOAD_MB = 1
    first = last and last.year > 2100 and date(2120, 2, 1)
    with translation.override("de"):
        version = upload(
            everyone, "a.txt", ContentFile(data), effective_from=first or None, expires_on=last
        ).version
    page = reverse("document", args=[version.document_id])
    assert german in in_german(page)
    assert german in in_german(reverse("trail"))
    client.force_login(administrator)
    assert english in client.get(page, headers={"Accept-Language": "en"}).text


def test_a_feed_tells_it_in_german(in_german, everyone):
    feed = Feed.objects.create(collection=everyone, location="/srv/policies", every_minutes=5)
    feed.finish("3 new, 1 new version, 2 failed", "")
    assert "3 neu, 1 neue Version, 2 gescheitert" in in_german(
        reverse("admin:knowledge_feed_changelist")
    )
    feed.finish("", "The folder /srv/policies is not there. Check its path.")
    page = in_german(reverse("admin:knowledge_feed_change", args=[feed.pk]))
    assert "Den Ordner /srv/policies gibt es nicht." in page


def test_what_fell_with_a_document_is_kept_in_english_and_told_in_german(
    in_german, everyone, administrator
):
    version = uploaded(everyone, "a.txt", b"Text.")
    with translation.override("de"):
        version.document.delete(by=administrator)
    assert AuditEntry.objects.get(action="deleted").detail == "1 version"
    assert "1 Version" in in_german(reverse("trail"))
