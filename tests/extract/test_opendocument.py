"""OpenDocument texts, spreadsheets and presentations."""

import pytest

from knowledge.extract import KnowledgeError, extract, opendocument

from .samples import rows, texts
from .zip_samples import open_document

NUMBERED = (
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" '
    'style:num-format="1"/></text:list-style>'
)


def row(*cells):
    inner = "".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in cells)
    return f"<table:table-row>{inner}</table:table-row>"


def blocks(tmp_path, body, **options):
    path = open_document(tmp_path / "file.odt", "text", body, **options)
    return [(b.kind, b.text, b.level) for b in extract(path).pages[0].blocks]


def test_headings_paragraphs_and_spaces_are_read(tmp_path):
    body = (
        '<text:p text:style-name="Title">Rules</text:p>'
        '<text:h text:outline-level="2">Leave</text:h>'
        '<text:p>Ten<text:s text:c="3"/>days,<text:line-break/>always.</text:p>'
    )
    assert blocks(tmp_path, body) == [
        ("heading", "Rules", 1),
        ("heading", "Leave", 2),
        ("paragraph", "Ten days, always.", 0),
    ]


def test_lists_keep_their_numbers_and_depth(tmp_path):
    inner = "<text:list><text:list-item><text:p>deep</text:p></text:list-item></text:list>"
    body = (
        '<text:list text:style-name="L1"><text:list-item><text:p>one</text:p></text:list-item>'
        f"<text:list-item><text:p>two</text:p>{inner}</text:list-item></text:list>"
    )
    assert blocks(tmp_path, body, styles=NUMBERED) == [
        ("list_item", "1. one", 0),
        ("list_item", "2. two", 0),
        ("list_item", "- deep", 1),
    ]


def test_deleted_text_comments_and_lists_of_contents_are_left_out(tmp_path):
    body = (
        "<text:tracked-changes><text:p>old</text:p></text:tracked-changes>"
        "<text:table-of-content><text:p>Leave 3</text:p></text:table-of-content>"
        "<text:p>kept<office:annotation><text:p>hm</text:p></office:annotation></text:p>"
        '<text:section text:display="none"><text:p>hidden</text:p></text:section>'
    )
    assert blocks(tmp_path, body) == [("paragraph", "kept", 0)]


def test_a_footnote_and_a_text_box_follow_their_paragraph(tmp_path):
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>in days</text:p></text:note-body></text:note>"
    )
    frame = "<draw:frame><draw:text-box><text:p>a box</text:p></draw:text-box></draw:frame>"
    body = f"<text:p>Ten{note} or more{frame}</text:p><text:p>End</text:p>"
    told = [text for _, text, _ in blocks(tmp_path, body)]
    assert told == ["Ten or more", "in days", "a box", "End"]


def test_a_table_has_the_header_that_it_names(tmp_path):
    head = f"<table:table-header-rows>{row('Kind', 'Paid')}</table:table-header-rows>"
    body = f"<table:table>{head}{row('Sick', 'yes')}</table:table>"
    found = extract(open_document(tmp_path / "file.odt", "text", body, title="Leave rules"))
    assert rows(found) == [("Kind | Paid", ""), ("Sick | yes", "Kind | Paid")]
    assert found.title == "Leave rules"


def test_every_sheet_is_a_page_and_empty_rows_are_not_written_out(tmp_path):
    empty = (
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    wide = (
        '<table:table-cell table:number-columns-repeated="2"><text:p>90</text:p></table:table-cell>'
    )
    body = (
        f'<table:table table:name="Rates">{row("City", "Low", "High")}'
        f"<table:table-row><table:table-cell><text:p>Rome</text:p></table:table-cell>{wide}"
        f"</table:table-row>{empty}</table:table>"
        f'<table:table table:name="People">{row("Ann", "Bob")}</table:table>'
    )
    found = extract(open_document(tmp_path / "book.ods", "spreadsheet", body))
    assert [page.blocks[0].text for page in found.pages] == ["Rates", "People"]
    assert rows(found)[1] == ("Rome | 90 | 90", "City | Low | High")


def test_too_many_cells_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(opendocument, "MAX_CELLS", 3)
    body = f'<table:table table:name="a">{row("a", "b")}{row("c", "d")}</table:table>'
    with pytest.raises(KnowledgeError, match="Split it"):
        extract(open_document(tmp_path / "book.ods", "spreadsheet", body))


def test_every_slide_is_a_page_with_its_title_first_and_its_notes_last(tmp_path):
    box = '<draw:frame presentation:class="{}"><draw:text-box>{}</draw:text-box></draw:frame>'
    points = "<text:list><text:list-item><text:p>call in</text:p></text:list-item></text:list>"
    notes = f"<presentation:notes>{box.format('notes', '<text:p>Say it slowly.</text:p>')}"
    slide = (
        f"<draw:page>{box.format('outline', points)}{box.format('title', '<text:p>Leave</text:p>')}"
        f"{box.format('page-number', '<text:p>1</text:p>')}{notes}</presentation:notes></draw:page>"
    )
    found = extract(open_document(tmp_path / "deck.odp", "presentation", slide * 2))
    assert found.paged
    assert len(found.pages) == 2
    assert texts(found)[:3] == ["Leave", "- call in", "Say it slowly."]


def test_an_encrypted_file_needs_a_password(tmp_path):
    path = open_document(tmp_path / "file.odt", "text", "", manifest="<m><encryption-data/></m>")
    with pytest.raises(KnowledgeError, match="needs a password"):
        extract(path)


def test_entities_are_not_expanded(tmp_path):
    path = open_document(tmp_path / "file.odt", "text", "<text:p>words</text:p>")
    assert texts(extract(path)) == ["words"]
