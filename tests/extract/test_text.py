"""Plain text."""

import pytest

from knowledge.extract import extract

from .samples import texts


def written(tmp_path, data):
    path = tmp_path / "note.txt"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_common_encodings_are_understood(tmp_path, encoding):
    text = "Die Größe des Büros wird jährlich geprüft."
    assert texts(extract(written(tmp_path, text.encode(encoding)))) == [text]


def test_a_longer_text_in_another_alphabet_is_recognised(tmp_path):
    text = "Каждый сотрудник может работать из дома два дня в неделю. " * 8
    assert "сотрудник" in extract(written(tmp_path, text.encode("cp1251"))).pages[0].text


def test_paragraphs_headings_and_lists_are_told_apart(tmp_path):
    text = b"Leave\n=====\n\nLeave is\r\npaid.\n\n2.1 Sick leave\n\n- call in\n- rest\n  well\n"
    text += b"\nNOTICE\n"
    found = extract(written(tmp_path, text))
    assert [(b.kind, b.text, b.level) for b in found.pages[0].blocks] == [
        ("heading", "Leave", 1),
        ("paragraph", "Leave is paid.", 0),
        ("heading", "2.1 Sick leave", 2),
        ("list_item", "- call in", 0),
        ("list_item", "- rest well", 0),
        ("heading", "NOTICE", 1),
    ]


def test_control_characters_are_taken_out(tmp_path):
    data = b"Plain\x00 words\x07 only." + b" And enough of them that the file is still text." * 3
    assert texts(extract(written(tmp_path, data)))[0].startswith("Plain words only")
