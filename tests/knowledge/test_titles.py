"""A document's title is one that a person gave."""

import pytest

from knowledge import titles


@pytest.mark.parametrize(
    "title",
    [
        *("", " ", "untitled", "Untitled document", "Untitled spreadsheet", "(anonymous)"),
        *("Document1", "PowerPoint Presentation", "Presentation 2", "Unbenannt 1"),
        *("Binder1.pdf", "scan 0042.JPG", "Microsoft Word - leave policy (2).docx"),
    ],
)
def test_what_a_program_puts_in_is_none(title):
    assert titles.own(title) == ""


@pytest.mark.parametrize(
    ("title", "own"),
    [
        ("Leave policy", "Leave policy"),
        (" Document retention policy ", "Document retention policy"),
        ("Model contracts", "Model contracts"),
        ("Microsoft Word - Leave policy", "Leave policy"),
        ("Using Microsoft Word", "Using Microsoft Word"),
        ("Version 2.0", "Version 2.0"),
        ("a\0b", "a b"),
    ],
)
def test_what_a_person_wrote_stays(title, own):
    assert titles.own(title) == own


def test_a_title_fits_its_column():
    assert len(titles.own("long " * 100)) == titles.LONGEST


def test_a_files_name_reads_as_a_title():
    assert titles.words("site-rules_2026.pdf") == "Site rules 2026"
