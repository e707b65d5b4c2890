"""PDF text: what a reader sees, in the order in which it is read, and where it stands."""

import gc
import re

import pypdfium2
import pytest
from PIL import Image, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from knowledge.extract import KnowledgeError, extract

from .samples import HEIGHT, WIDTH, picture, png, rows, texts


def test_lines_of_a_paragraph_are_one_block_on_the_right_page(pdf):
    found = extract(pdf(lambda s: s.prose(100), lambda s: s.text(72, 100, "The second page.")))
    assert found.paged
    assert [page.number for page in found.pages] == [1, 2]
    assert len(found.pages[0].blocks) == 1
    assert "agreed with the manager at the start" in found.pages[0].text
    assert found.pages[1].text == "The second page."


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_box_of_a_line_encloses_its_ink_however_the_page_is_turned(pdf, turn):
    path = pdf(lambda s: s.text(120, 200, "Enclosed", size=24))
    document = pypdfium2.PdfDocument(path)
    document[0].set_rotation(turn)
    document[0].set_cropbox(50, 50, WIDTH - 20, HEIGHT - 90)
    turned = path.with_name("turned.pdf")
    document.save(turned)
    image = document[0].render(scale=2, grayscale=True).to_pil()
    document.close()
    (span,) = extract(turned).pages[0].blocks[0].spans
    dark = image.point(lambda value: 255 if value < 128 else 0).getbbox()
    box = (span.left, span.top, span.right, span.bottom)
    sides = (image.width, image.height) * 2
    for ink, side, length in zip(dark, box, sides, strict=True):
        assert abs(ink - side * length) < 4


def test_a_span_covers_just_the_words_of_its_line(pdf):
    block = extract(pdf(lambda s: s.prose(100))).pages[0].blocks[0]
    pieces = [block.text[span.start : span.end] for span in block.spans]
    assert pieces[1].startswith("manager at the start")
    assert " ".join(pieces) == block.text
    assert [span.page for span in block.spans] == [1, 1, 1]


def test_larger_and_bold_lines_are_headings_of_their_depth(pdf):
    def draw(sheet):
        sheet.text(72, 80, "Handbook", size=24)
        sheet.text(72, 120, "Working hours", size=16)
        sheet.prose(150)
        sheet.text(72, 210, "Public holidays", font="Helvetica-Bold")
        sheet.prose(235)

    found = extract(pdf(draw))
    headings = [(b.text, b.level) for b in found.pages[0].blocks if b.kind == "heading"]
    assert headings == [("Handbook", 1), ("Working hours", 2), ("Public holidays", 3)]


def test_list_items_keep_their_mark_and_their_wrapped_lines(pdf):
    def draw(sheet):
        sheet.prose(80)
        sheet.text(72, 150, "\u2022")
        sheet.text(
            90, 150, "Keep the receipt for every meal that you claim from the company and hand"
        )
        sheet.text(90, 164, "it in within a month")
        sheet.text(72, 178, "\u2022 Ask first")
        sheet.text(72, 200, "1. Open the form")
        sheet.text(72, 214, "2. Send the form")

    assert texts(extract(pdf(draw)), "list_item") == [
        "- Keep the receipt for every meal that you claim from the company and hand it in "
        "within a month",
        "- Ask first",
        "1. Open the form",
        "2. Send the form",
    ]


def test_a_word_parted_at_a_line_end_is_mended_and_a_compound_keeps_its_hyphen(pdf):
    def draw(sheet):
        sheet.text(72, 100, "Whoever travels by train books the ticket with the travel depart-")
        sheet.text(72, 114, "ment and gets it by mail. For help there is a well-known self-service")
        sheet.text(72, 128, "page, and whoever is not at ease with it may call. This very self-")
        sheet.text(72, 142, "service page is open all day.")

    text = extract(pdf(draw)).pages[0].text
    assert "travel department and" in text
    assert "very self-service page" in text


def test_running_headers_footers_and_page_numbers_are_dropped(pdf):
    def page(number):
        def draw(sheet):
            sheet.text(72, 40, "Contoso Handbook")
            sheet.prose(100)
            sheet.text(72, 150, f"Chapter {'abcde'[number]} is about its own matter.")
            sheet.text(280, 810, f"Page {number + 8} of 12")

        return draw

    found = extract(pdf(*(page(number) for number in range(5))))
    text = "\n".join(page.text for page in found.pages)
    assert "Contoso Handbook" not in text
    assert "of 12" not in text
    assert all(f"Chapter {letter} is" in text for letter in "abcde")


def test_pages_that_say_little_but_the_same_keep_their_text(pdf):
    found = extract(pdf(*[lambda s: s.text(72, 40, "Confidential")] * 4))
    assert texts(found) == ["Confidential"] * 4


def test_a_ruled_table_gives_rows_with_their_header_and_wrapped_cells_whole(pdf):
    def draw(sheet):
        sheet.prose(80)
        sheet.grid((70, 240, 390, 520), (150, 170, 205, 225))
        sheet.row(164, ("Leave", "Days", "Notice"), font="Helvetica-Bold")
        sheet.text(72, 184, "Parental leave of")
        sheet.text(72, 198, "both parents")
        sheet.row(184, ("60", "Two months"), xs=(250, 400))
        sheet.row(219, ("Sick leave", "10", "None"))

    header = "Leave | Days | Notice"
    assert rows(extract(pdf(draw))) == [
        (header, ""),
        ("Parental leave of both parents | 60 | Two months", header),
        ("Sick leave | 10 | None", header),
    ]


def test_a_table_without_rules_is_told_by_its_columns(pdf):
    def draw(sheet):
        sheet.row(100, ("Grade", "Salary", "Bonus"))
        for index in range(4):
            sheet.row(116 + 16 * index, (f"Level {'ABCD'[index]}", f"{index + 4},500", "5%"))

    found = rows(extract(pdf(draw)))
    assert found[0] == ("Grade | Salary | Bonus", "")
    assert found[3] == ("Level C | 6,500 | 5%", "Grade | Salary | Bonus")


def test_a_header_repeated_on_the_next_page_is_not_doubled(pdf):
    def page(first):
        def draw(sheet):
            ys = [90 + 20 * index for index in range(7)]
            sheet.grid((70, 240, 390, 520), ys)
            sheet.row(104, ("Item", "Price", "Unit"), font="Helvetica-Bold")
            for index in range(5):
                sheet.row(124 + 20 * index, (f"Part {'abcdefghij'[first + index]}", "1", "kg"))

        return draw

    found = rows(extract(pdf(page(0), page(5))))
    assert [text for text, _ in found].count("Item | Price | Unit") == 1
    assert len(found) == 11
    assert {header for _, header in found[1:]} == {"Item | Price | Unit"}


def test_the_first_row_of_a_table_is_no_running_header_though_all_pages_have_it(pdf):
    def page(first):
        def draw(sheet):
            sheet.grid((70, 240, 390, 520), [40 + 20 * index for index in range(7)])
            sheet.text(76, 54, "Prices of parts")
            for index in range(5):
                part = f"Part {'abcdefghijklmno'[first + index]}"
                sheet.row(74 + 20 * index, (part, str(first + index), "kg"))

        return draw

    found = [text for text, _ in rows(extract(pdf(page(0), page(5), page(10))))]
    assert found.count("Prices of parts") == 3
    assert len(found) == 18


def test_two_columns_of_prose_are_no_table(pdf):
    def draw(sheet):
        for x in (60, 320):
            for index in range(12):
                sheet.text(x, 100 + 13 * index, "The words of this column run on and on", size=11)

    found = extract(pdf(draw))
    assert not rows(found)
    assert "run on and on The words of this column" in found.pages[0].text


def test_prose_alone_never_becomes_a_table(pdf):
    assert not rows(extract(pdf(lambda s: s.prose(100), lambda s: s.prose(300))))


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


def test_what_stands_in_the_fields_of_a_form_is_read(pdf):
    def draw(sheet):
        sheet.text(72, 100, "Name of the employee:")
        sheet.canvas.acroForm.textfield(value="Ann Lee", x=220, y=HEIGHT - 105, width=200)

    assert "Ann Lee" in extract(pdf(draw)).pages[0].text


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


def test_ligatures_and_odd_spaces_become_plain_letters(pdf):
    def draw(sheet):
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont

        pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
        sheet.text(72, 100, "o\ufb03ce\u00a0hours", font="HeiseiMin-W3")

    text = extract(pdf(draw)).pages[0].text
    assert "\ufb03" not in text
    assert "\u00a0" not in text


def test_a_first_cell_that_wraps_stays_one_row(pdf):
    def draw(sheet):
        sheet.row(100, ("Meal", "Ireland", "Abroad"), xs=(72, 330, 420))
        sheet.row(125, ("Breakfast, when the journey begins before", "14", "16"), xs=(72, 330, 420))
        sheet.text(72, 138, "half past six")
        sheet.row(163, ("Lunch", "18", "20"), xs=(72, 330, 420))
        sheet.row(188, ("Dinner, after eight", "38", "42"), xs=(72, 330, 420))

    rows = texts(extract(pdf(draw)), "table_row")
    assert rows[1] == "Breakfast, when the journey begins before half past six | 14 | 16"
    assert rows[2] == "Lunch | 18 | 20"


def test_a_word_drawn_letter_by_letter_is_one_word_and_letters_far_apart_are_none(pdf):
    def draw(sheet):
        x = 72
        for letter in "Reimbursement":
            sheet.text(x, 100, letter)
            x += pdfmetrics.stringWidth(letter, "Helvetica", 11)
        sheet.canvas.drawString(72, HEIGHT - 130, "AB", charSpace=40)
        sheet.canvas.drawString(72, HEIGHT - 160, "Within", charSpace=1)

    assert extract(pdf(draw)).pages[0].text.split() == ["Reimbursement", "A", "B", "Within"]


def test_words_of_other_languages_and_with_typographic_marks_are_read_as_they_are(pdf):
    line = "„Größe“ – naïve, it’s 5 € per café… W ½"
    found = extract(pdf(lambda s: s.text(72, 100, line, font="Helvetica"))).pages[0].blocks[0]
    assert found.text == line
    (span,) = found.spans
    assert span.right * WIDTH - 72 == pytest.approx(
        pdfmetrics.stringWidth(line, "Helvetica", 11), abs=1
    )


def test_a_page_of_very_many_words_keeps_them_all_in_order(pdf):
    lines = [" ".join(str(100 * row + word) for word in range(40)) for row in range(60)]

    def draw(sheet):
        for row, line in enumerate(lines):
            sheet.text(20, 40 + 12 * row, line, size=6)

    assert extract(pdf(draw)).pages[0].text.split() == " ".join(lines).split()


def test_garbage_is_collected_again_after_a_file_good_or_bad(pdf, tmp_path):
    extract(pdf(lambda s: s.prose(100)))
    assert gc.isenabled()
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7\nnothing else")
    with pytest.raises(KnowledgeError):
        extract(bad)
    assert gc.isenabled()
