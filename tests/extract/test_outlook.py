"""Mails that Outlook saved."""

import pytest

from knowledge.extract import KnowledgeError, extract

from .ole_samples import message
from .samples import texts

PROPERTIES = {"0037": "Leave", "0C1A": "Ann", "0C1F": "ann@example.com", "0E04": "Bob; Cleo"}


def read(tmp_path, properties, attachments=(), **options):
    path = tmp_path / "mail.msg"
    path.write_bytes(message(PROPERTIES | properties, attachments, **options))
    return extract(path)


def test_subject_people_date_and_text_are_read(tmp_path):
    found = read(tmp_path, {"1000": "Dear Bob,\r\n\r\nten days."}, sent=133_000_000_000_000_000)
    assert found.title == "Leave"
    told = "From: Ann <ann@example.com>\nTo: Bob; Cleo\nDate: 2022-06-18 04:26 UTC"
    assert texts(found) == ["Leave", told, "Dear Bob,", "ten days."]


def test_the_page_of_a_mail_is_preferred_to_its_plain_text(tmp_path):
    body = {"1000": "plain", "1013": b"<html><body><h1>Days</h1><p>rich</p></body></html>"}
    blocks = read(tmp_path, body).pages[0].blocks
    assert [(b.text, b.level) for b in blocks[2:]] == [("Days", 2), ("rich", 0)]


def test_attachments_are_named_and_read(tmp_path):
    files = [
        {"3707": "rules.txt", "3701": b"Ten days"},
        {"3704": "tune.mp3", "3701": b"\xff\xfb\0"},
    ]
    found = read(tmp_path, {"1000": "See below"}, files)
    assert "Attachments: rules.txt, tune.mp3" in texts(found)
    assert found.pages[1].text == "rules.txt\nTen days"
    assert len(found.pages) == 2


@pytest.mark.parametrize(
    ("properties", "attachments", "options"),
    [
        ({}, (), {"mail_class": "IPM.Note.SMIME"}),
        ({}, [{"3707": "a.pgp", "370E": "application/pgp-encrypted"}], {}),
    ],
)
def test_an_encrypted_mail_says_so(tmp_path, properties, attachments, options):
    with pytest.raises(KnowledgeError, match="is encrypted"):
        read(tmp_path, properties, attachments, **options)


def test_a_body_that_only_outlook_can_read_says_so(tmp_path):
    with pytest.raises(KnowledgeError, match="Open it in Outlook"):
        read(tmp_path, {"1009": b"LZFu"})
