"""RTF files."""

import pytest

from knowledge.extract import KnowledgeError, extract

from .samples import rows, texts


def read(tmp_path, body, head=r"\ansi\ansicpg1252"):
    path = tmp_path / "file.rtf"
    path.write_bytes(b"{\\rtf1" + head.encode() + b" " + body.encode("cp1252") + b"}")
    return extract(path)


def test_headings_are_told_by_level_and_by_style(tmp_path):
    head = r"{\stylesheet{\s1\outlinelevel0 Kop 1;}{\s2 heading 2;}}{\info{\title Rules}}"
    body = r"\pard\s1 Leave\par\pard\s2 Kinds\par\pard\outlinelevel2 Sick\par\pard Ten days.\par"
    found = read(tmp_path, body, head)
    assert found.title == "Rules"
    assert [(b.kind, b.text, b.level) for b in found.pages[0].blocks] == [
        ("heading", "Leave", 1),
        ("heading", "Kinds", 2),
        ("heading", "Sick", 3),
        ("paragraph", "Ten days.", 0),
    ]


def test_a_table_keeps_its_rows_and_header(tmp_path):
    line = r"\trowd{0}\cellx100\cellx200\pard\intbl {1}\cell {2}\par more\cell\row "
    body = line.format(r"\trhdr", "Kind", "Paid") + line.format("", "Sick", "yes")
    found = read(tmp_path, body + r"\pard The end.\par")
    assert rows(found) == [("Kind | Paid more", ""), ("Sick | yes more", "Kind | Paid more")]
    assert texts(found)[-1] == "The end."


def test_lists_keep_their_marks(tmp_path):
    body = r"{\listtext\pard 2.\tab}second\par{\pntext\f3\'b7\tab}\ilvl1 point\par"
    blocks = read(tmp_path, body).pages[0].blocks
    assert [(b.text, b.level) for b in blocks] == [("2. second", 0), ("- point", 1)]


def test_letters_of_every_alphabet_are_read(tmp_path):
    head = r"{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}"
    body = r"\f0 Gr\'fc\'dfe \uc1\u1087? caf\u233\'65 \u-10179?\u-9137? {\uc0\u8364}\f1\'ef\par"
    assert texts(read(tmp_path, body, head)) == ["Grüße п café 👏 €п"]


def test_what_is_no_text_is_left_out(tmp_path):
    body = (
        r"{\header Top}{\*\generator Word;}{\pict\bin4 }}{{}kept {\v hidden}{\deleted gone}"
        r'{\field{\*\fldinst HYPERLINK "http://example.com"}{\fldrslt site}}{\*\foo x}\par'
    )
    assert texts(read(tmp_path, body)) == ["kept site"]


def test_a_footnote_follows_its_paragraph(tmp_path):
    body = r"Ten{\footnote\pard in days\par} or more.\par End.\par"
    assert texts(read(tmp_path, body)) == ["Ten or more.", "in days", "End."]


def test_a_file_cut_short_gives_what_it_holds(tmp_path):
    path = tmp_path / "file.rtf"
    path.write_bytes(rb"{\rtf1 Words\par And mo")
    assert texts(extract(path)) == ["Words", "And mo"]


def test_groups_without_end_are_damaged(tmp_path):
    with pytest.raises(KnowledgeError, match="damaged"):
        read(tmp_path, "{" * 6000)
