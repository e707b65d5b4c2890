"""XML files."""

import pytest

from knowledge.extract import KnowledgeError, extract

from .samples import rows, texts


def read(tmp_path, text, name="file.xml"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return extract(path)


def test_sections_have_their_titles_as_headings(tmp_path):
    text = (
        "<article><title>Rules</title><sec><title>Leave</title><p>Ten <b>days</b>.</p>"
        "<list><item>call in</item></list></sec></article>"
    )
    found = read(tmp_path, text)
    assert found.title == "Rules"
    assert [(b.kind, b.text, b.level) for b in found.pages[0].blocks] == [
        ("heading", "Rules", 1),
        ("heading", "Leave", 2),
        ("paragraph", "Ten days.", 0),
        ("list_item", "- call in", 0),
    ]


def test_records_are_a_table_under_their_names(tmp_path):
    record = "<city><name>{}</name><rate>{}</rate></city>"
    text = f"<cities>{record.format('Rome', 120)}{record.format('Oslo', 140)}</cities>"
    assert rows(read(tmp_path, text))[2] == ("Oslo | 140", "name | rate")


def test_a_lone_record_names_its_values(tmp_path):
    text = "<desk><open>nine</open><close>five</close></desk>"
    assert texts(read(tmp_path, text)) == ["open: nine", "close: five"]


def test_a_table_in_running_text_is_a_table(tmp_path):
    rows_of = "<thead><row><entry>Kind</entry><entry>Paid</entry></row></thead>"
    rows_of += "<tbody><row><entry>Sick</entry><entry>yes</entry></row></tbody>"
    text = f"<doc><p>See <table><tgroup>{rows_of}</tgroup></table> below.</p></doc>"
    found = read(tmp_path, text)
    assert rows(found)[1] == ("Sick | yes", "Kind | Paid")
    assert texts(found, "paragraph") == ["See", "below."]


def test_markup_that_is_hidden_in_text_is_read_as_such(tmp_path):
    body = "&lt;p&gt;Ten &lt;b&gt;days&lt;/b&gt;&lt;/p&gt;"
    text = f"<rss><item><title>News</title><body>{body}</body></item></rss>"
    assert texts(read(tmp_path, text)) == ["News", "Ten days"]


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_the_encoding_that_the_file_names_is_used(tmp_path, encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><doc><p>Grüße</p></doc>'
    assert texts(read(tmp_path, text.encode(encoding))) == ["Grüße"]


def test_no_file_is_fetched_but_letters_are_written_out(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    kinds = f'<!ENTITY x SYSTEM "{secret.as_uri()}">'
    text = f"<!DOCTYPE d SYSTEM 'none.dtd' [{kinds}]><d>caf&eacute; &x; end</d>"
    assert texts(read(tmp_path, f'<?xml version="1.0"?>{text}')) == ["café end"]


def test_entities_that_multiply_are_not_expanded(tmp_path):
    levels = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
    text = f'<!DOCTYPE d [<!ENTITY l0 "lol">{levels}]><d>Words &l12;</d>'
    with pytest.raises(KnowledgeError, match="damaged"):
        read(tmp_path, text)


@pytest.mark.parametrize("text", ["<a><b>", "<a>" * 100_000 + "x"])
def test_a_file_that_never_ends_is_damaged(tmp_path, text):
    with pytest.raises(KnowledgeError, match="damaged"):
        read(tmp_path, text)


def test_an_xml_file_under_a_text_name_is_read_as_what_it_is(tmp_path):
    text = '<?xml version="1.0"?><doc><p>Only words</p></doc>'
    assert texts(read(tmp_path, text, "note.txt")) == ["Only words"]
