"""Files of Word 97 to 2003."""

import struct

import pytest

from knowledge.extract import KnowledgeError, extract

from .doc_samples import word
from .samples import rows

IN_TABLE = struct.pack("<HB", 0x2416, 1)
ROW_END = IN_TABLE + struct.pack("<HB", 0x2417, 1)
LISTED = struct.pack("<HB", 0x260A, 1) + struct.pack("<HH", 0x460B, 1)


def read(tmp_path, *paragraphs, **options):
    path = tmp_path / "file.doc"
    path.write_bytes(word(paragraphs, **options))
    return extract(path)


def test_headings_lists_and_paragraphs_are_told_by_their_style(tmp_path):
    found = read(tmp_path, ("Leave\r", 1), ("Two days — always.\r",), ("call in\r", 0, LISTED))
    assert [(b.kind, b.text, b.level) for b in found.pages[0].blocks] == [
        ("heading", "Leave", 1),
        ("paragraph", "Two days — always.", 0),
        ("list_item", "- call in", 1),
    ]


def test_a_table_keeps_its_rows_and_header(tmp_path):
    cells = [
        (f"{text}\x07", 0, IN_TABLE) if text else ("\x07", 0, ROW_END)
        for text in ["City", "Rate", "", "Rome", "120", ""]
    ]
    found = read(tmp_path, *cells, ("The end.\r",))
    assert rows(found) == [("City | Rate", ""), ("Rome | 120", "City | Rate")]
    assert found.pages[0].blocks[-1].text == "The end."


def test_a_field_is_read_by_its_result_alone(tmp_path):
    found = read(tmp_path, ('See \x13HYPERLINK "http://example.com"\x14the site\x15.\r',))
    assert found.pages[0].text == "See the site."


def test_deleted_text_is_left_out(tmp_path):
    found = read(tmp_path, ("Ten not twelve days.\r",), hidden=[(4, 8)])
    assert found.pages[0].text == "Ten twelve days."


def test_a_character_of_two_halves_is_whole(tmp_path):
    assert read(tmp_path, ("Well done 👍 all\r",)).pages[0].text == "Well done 👍 all"


@pytest.mark.parametrize(
    ("options", "told"),
    [({"flags": 0x0300}, "needs a password"), ({"version": 101}, "older than Word 97")],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, options, told):
    with pytest.raises(KnowledgeError, match=told):
        read(tmp_path, ("Words\r",), **options)


def test_a_file_cut_short_is_damaged(tmp_path):
    path = tmp_path / "file.doc"
    path.write_bytes(word([("Words\r",)])[:1000])
    with pytest.raises(KnowledgeError, match="damaged"):
        extract(path)
