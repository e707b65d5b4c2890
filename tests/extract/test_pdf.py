"""PDF text: what a reader sees, in the order in which it is read, and where it stands."""

import gc

import pypdfium2
import pytest
from reportlab.pdfbase import pdfmetrics

from knowledge.extract import KnowledgeError, extract

from .samples import HEIGHT, WIDTH, texts


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


def test_what_stands_in_the_fields_of_a_form_is_read(pdf):
    def draw(sheet):
        sheet.text(72, 100, "Name of the employee:")
        sheet.canvas.acroForm.textfield(value="Ann Lee", x=220, y=HEIGHT - 105, width=200)

    assert "Ann Lee" in extract(pdf(draw)).pages[0].text


def test_ligatures_and_odd_spaces_become_plain_letters(pdf):
    def draw(sheet):
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont

        pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
        sheet.text(72, 100, "o\ufb03ce\u00a0hours", font="HeiseiMin-W3")

    text = extract(pdf(draw)).pages[0].text
    assert "\ufb03" not in text
    assert "\u00a0" not in text


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
