"""Files that are not what their names say, and those that are refused."""

import io
import shutil
import zipfile

import pytest
from docx import Document
from openpyxl import Workbook
from pptx import Presentation
from reportlab.pdfgen.canvas import Canvas

from knowledge.extract import SUFFIXES, KnowledgeError, extract

from .doc_samples import slides as old_slides
from .doc_samples import word as old_letter
from .ole_samples import compound, message
from .ole_samples import workbook as old_workbook
from .samples import Sheet, picture, texts
from .zip_samples import book, open_document


@pytest.mark.parametrize("data", [b"", b" \n\n\t"])
def test_an_empty_file_says_so(tmp_path, data):
    path = tmp_path / "empty.txt"
    path.write_bytes(data)
    with pytest.raises(KnowledgeError, match="is empty"):
        extract(path)


def test_a_pdf_under_a_word_name_is_read_as_what_it_is(pdf):
    path = pdf(lambda s: s.prose(100), name="letter.docx")
    assert "two days of the week" in extract(path).pages[0].text


def test_a_picture_under_a_pdf_name_is_read_as_what_it_is(tmp_path):
    path = tmp_path / "scan.pdf"
    picture(["Opening hours"]).save(path, "PNG")
    assert extract(path).pages[0].ocr


def test_a_web_page_under_a_text_name_is_read_as_what_it_is(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text("<!DOCTYPE html><html><body><p>Only words</p></body></html>")
    assert texts(extract(path)) == ["Only words"]


def test_text_under_a_pdf_name_is_refused(tmp_path):
    path = tmp_path / "note.pdf"
    path.write_text("Just some words.")
    with pytest.raises(KnowledgeError, match="it is no PDF file"):
        extract(path)


def test_the_name_for_people_decides_where_the_path_has_none(tmp_path):
    path = tmp_path / "3f2a"
    path.write_text("# Title\n\nWords.\n")
    assert extract(path, "guide.md").title == "Title"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("thing.bin", bytes(range(256)) * 9),
        ("thing", bytes(range(256)) * 9),
        ("code.py", b"print('Hello')"),
        ("old.pub", compound({"Contents": b"Hello"})),
    ],
)
def test_other_formats_are_refused_with_what_to_do(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(KnowledgeError, match=r"not supported\. Upload one of"):
        extract(path)


def test_a_compound_file_that_is_damaged_says_so(tmp_path):
    path = tmp_path / "old.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(KnowledgeError, match="damaged"):
        extract(path)


def test_text_without_an_ending_is_read(tmp_path):
    path = tmp_path / "LICENSE"
    path.write_text("Only words")
    assert texts(extract(path)) == ["Only words"]


def test_an_office_file_cut_short_says_that_it_is_damaged(tmp_path):
    whole, path = tmp_path / "whole.docx", tmp_path / "cut.docx"
    Document().save(whole)
    path.write_bytes(whole.read_bytes()[:5000])
    with pytest.raises(KnowledgeError, match="damaged"):
        extract(path)


def test_an_office_file_with_a_broken_part_says_that_it_is_damaged(tmp_path):
    path = tmp_path / "bad.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document")
    with pytest.raises(KnowledgeError, match="damaged"):
        extract(path)


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path):
    path = tmp_path / "bomb.docx"
    document = Document()
    document.add_paragraph("Hello")
    document.save(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/zeros.bin", bytes(40_000_000))
    with pytest.raises(KnowledgeError, match="unpacks to"):
        extract(path)


def test_a_file_that_is_gone_may_be_tried_again(tmp_path):
    with pytest.raises(KnowledgeError) as caught:
        extract(tmp_path / "gone.txt")
    assert caught.value.again


def test_a_plain_zip_is_not_supported(tmp_path):
    shutil.make_archive(str(tmp_path / "files"), "zip", tmp_path)
    with pytest.raises(KnowledgeError, match="not supported"):
        extract(tmp_path / "files.zip")


def drawn():
    data = io.BytesIO()
    canvas = Canvas(data)
    Sheet(canvas).text(72, 100, "Only words")
    canvas.save()
    return data.getvalue()


def workbook(path):
    book = Workbook()
    book.active.append(["Only words"])
    book.save(path)


def slides(path):
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Only words"
    deck.save(path)


def letter(path):
    document = Document()
    document.add_paragraph("Only words")
    document.save(path)


def plain(path):
    path.write_text("Only words")


def written(data):
    """Makes a file of these bytes, or of this text."""
    return lambda path: path.write_bytes(data.encode() if isinstance(data, str) else data)


def open_text(path):
    open_document(path, "text", "<text:p>Only words</text:p>")


def open_sheet(path):
    row = "<table:table-row><table:table-cell><text:p>Only words</text:p></table:table-cell>"
    body = f'<table:table table:name="a">{row}</table:table-row></table:table>'
    open_document(path, "spreadsheet", body)


def open_slides(path):
    body = "<draw:page><draw:frame><draw:text-box><text:p>Only words</text:p></draw:text-box>"
    open_document(path, "presentation", f"{body}</draw:frame></draw:page>")


FORMATS = {
    "a.pdf": written(drawn()),
    "a.xlsx": workbook,
    "a.pptx": slides,
    "a.docx": letter,
    "a.xls": written(old_workbook([["Only words"]])),
    "a.ppt": written(old_slides(("Only words", ["Only words"]))),
    "a.doc": written(old_letter([("Only words\r",)])),
    "a.msg": written(message({"1000": "Only words"})),
    "a.odt": open_text,
    "a.ods": open_sheet,
    "a.odp": open_slides,
    "a.epub": lambda path: book(path, "<p>Only words</p>"),
    "a.rtf": written(r"{\rtf1 Only words}"),
    "a.eml": written("Subject: Leave\n\nOnly words"),
    "a.json": written('{"a": "Only words"}'),
    "a.ipynb": written('{"cells": [{"cell_type": "code", "source": "Only words"}]}'),
    "a.xml": written("<a>Only words</a>"),
    **dict.fromkeys(["a.txt", "a.md", "a.html", "a.csv", "a.rst", "a.org"], plain),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_stored_file_without_an_ending_is_read_by_its_given_name(tmp_path, name):
    FORMATS[name](tmp_path / name)
    stored = (tmp_path / name).rename(tmp_path / "0a1b2c-7")
    assert "Only words" in "\n".join(texts(extract(stored, name)))


def test_every_kind_is_tested_without_an_ending():
    tested = {SUFFIXES[name[1:]] for name in FORMATS}
    assert tested == set(SUFFIXES.values()) - {"ocr"}
