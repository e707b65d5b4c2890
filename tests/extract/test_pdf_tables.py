"""Tables in PDFs: what is one, what is none, and its rows under their header."""

from knowledge.extract import extract

from .samples import rows, texts


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
