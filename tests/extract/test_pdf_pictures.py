"""Pages and parts of pages that are pictures, and are read by OCR."""

import re

from PIL import Image, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from knowledge.extract import extract

from .samples import HEIGHT, WIDTH, picture, png, texts


def test_a_scanned_page_is_read_beside_pages_of_text(pdf):
    scan = ImageReader(png(picture(["Visitors sign in", "at the front desk."])))
    told = []
    path = pdf(
        lambda s: s.prose(100),
        lambda s: s.canvas.drawImage(scan, 0, 400, width=WIDTH, height=290),
    )
    found = extract(path, progress=lambda done, total: told.append((done, total)))
    assert [page.ocr for page in found.pages] == [False, True]
    assert "visitors sign in" in found.pages[1].text.lower()
    span = found.pages[1].blocks[0].spans[0]
    assert span.page == 2
    assert 0.15 < span.top < span.bottom < 0.35
    assert sorted(set(told)) == [(1, 2), (2, 2)]


def test_pages_that_should_have_text_are_counted_apart_from_blank_ones(pdf):
    photo = ImageReader(png(Image.effect_noise((400, 300), 90).convert("RGB")))

    def header(sheet):
        sheet.text(72, 40, "Contoso Handbook")

    def prose(sheet):
        header(sheet)
        sheet.prose(100)

    def draw_photo(sheet):
        sheet.canvas.drawImage(photo, 72, 300, width=400, height=300)

    found = extract(pdf(prose, prose, prose, header, lambda s: None, draw_photo))
    assert [page.blank for page in found.pages] == [False, False, False, True, True, False]
    assert [bool(page.warning) for page in found.pages] == [False] * 5 + [True]
    assert "no text was found" in found.pages[5].warning
    assert (found.readable_pages, found.expected_pages) == (3, 4)


def test_a_text_layer_whose_font_does_not_tell_its_letters_is_read_by_ocr(pdf):
    font = ImageFont.load_default(20).path
    font.seek(0)
    pdfmetrics.registerFont(TTFont("Plain", font))

    def draw(sheet):
        for index in range(6):
            sheet.text(72, 100 + 40 * index, "Visitors sign in at the front desk.", 20, "Plain")

    path = pdf(draw, pageCompression=0)
    # Each glyph now stands for a code of the private use area.
    path.write_bytes(re.sub(rb"<00([0-9A-Fa-f]{2})>", rb"<E0\1>", path.read_bytes()))
    page = extract(path).pages[0]
    assert page.ocr
    assert "visitors sign in at the front desk" in page.text.lower()


def test_a_picture_of_words_within_a_page_of_text_is_read_in_its_place(pdf):
    shot = ImageReader(png(picture(["Monthly premium", "Forty five dollars"], size=(800, 260))))

    def draw(sheet):
        sheet.prose(100)
        sheet.canvas.drawImage(shot, 72, HEIGHT - 400, width=450, height=200)
        sheet.prose(500)

    told = []
    found = extract(pdf(draw), progress=lambda done, total: told.append((done, total)))
    # Once for the page, once for its picture.
    assert told == [(1, 1), (1, 1)]
    blocks = texts(found)
    assert "premium" in " ".join(blocks[1:-1]).lower()
    assert blocks[0] == blocks[-1]


def test_two_pictures_of_a_page_are_each_read_in_their_place(pdf):
    def shot(line):
        return ImageReader(png(picture([line, line], size=(800, 260))))

    def draw(sheet):
        sheet.prose(80)
        sheet.canvas.drawImage(shot("Monthly premium"), 40, HEIGHT - 340, width=450, height=150)
        sheet.prose(400)
        sheet.canvas.drawImage(shot("Parking permit"), 100, HEIGHT - 640, width=450, height=150)
        sheet.prose(720)

    blocks = extract(pdf(draw)).pages[0].blocks
    (first,) = [block for block in blocks if "premium" in block.text]
    (second,) = [block for block in blocks if "permit" in block.text]
    assert 0 < blocks.index(first) < blocks.index(second) < len(blocks) - 1
    for block, left, top in ((first, 40, 190), (second, 100, 490)):
        for span in block.spans:
            assert left / WIDTH < span.left < span.right < (left + 450) / WIDTH
            assert top / HEIGHT < span.top < span.bottom < (top + 150) / HEIGHT
