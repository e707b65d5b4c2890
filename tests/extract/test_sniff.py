"""Files that are not what their names say, and those that are refused."""

import shutil
import zipfile

import pytest
from docx import Document
from openpyxl import Workbook
from pptx import Presentation

from knowledge.extract import KnowledgeError, extract

from .samples import picture, texts


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
        ("mail.eml", b"From: ann@example.com\n\nHello"),
        ("thing.bin", bytes(range(256)) * 9),
        ("page.rtf", b"{\\rtf1 Hello}"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ],
)
def test_other_formats_are_refused_with_what_to_do(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(KnowledgeError, match=r"not supported\. Upload one of|can't be read\. Save"):
        extract(path)


def test_an_office_file_with_a_password_says_so(tmp_path):
    path = tmp_path / "locked.xlsx"
    mark = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + mark)
    with pytest.raises(KnowledgeError, match="needs a password"):
        extract(path)


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


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.xlsx", workbook),
        ("a.pptx", slides),
        ("a.docx", letter),
        ("a.txt", plain),
        ("a.md", plain),
        ("a.html", plain),
        ("a.csv", plain),
    ],
)
def test_a_stored_file_without_an_ending_is_read_by_its_given_name(tmp_path, name, make):
    make(tmp_path / name)
    stored = (tmp_path / name).rename(tmp_path / "0a1b2c-7")
    assert "Only words" in "\n".join(texts(extract(stored, name)))
