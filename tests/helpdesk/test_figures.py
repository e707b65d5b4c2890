import pytest

from helpdesk.figures import figures, missing


def lost(claim, known):
    return missing(figures(claim), [figures(known)])


@pytest.mark.parametrize(
    ("claim", "known"),
    [
        ("You get 1,500 EUR.", "€1500 are paid"),
        ("You get 1.500 EUR.", "1,500 euros are paid"),
        ("You get 1 500 EUR.", "1,500.00 EUR"),
        ("1.234,50 € in all", "EUR limit: €1,234.50"),
        ("100k EUR", "100,000 EUR"),
        ("twenty-five days", "25 working days"),
        ("25 days", "twenty-five calendar days"),
        ("within two weeks", "after 2 weeks"),
        ("15 percent", "15% of the pay"),
        ("on 1 March 2025", "from 2025-03-01 on"),
        ("on March 1st, 2025", "01/03/2025"),
        ("on 1.3.2025", "1 March 2025"),
        ("by 31 March", "by March 31st of 2026"),
        ("in March 2025", "on 3 March 2025"),
        ("in 2025", "since 1 May 2025"),
        ("from 9 am to 5:30 pm", "09:00 to 17:30"),
        ("45 EUR", "Meals | 45"),
        ("1. Ask.\n2. Go home.", "nothing at all"),
        ("first 1) ask, then 2) go", "nothing at all"),
        ("two of the three options", "nothing at all"),
    ],
)
def test_one_figure_written_in_two_ways_is_the_same(claim, known):
    assert lost(claim, known) == []


@pytest.mark.parametrize(
    ("claim", "known", "figure"),
    [
        ("You get 30 days.", "You get 25 days.", "30"),
        ("You get 30 days.", "You get 30 EUR.", "30"),
        ("You get 31 days.", "By 31 March.", "31"),
        ("You get two weeks.", "You get three weeks.", "two"),
        ("by 30 April", "by 31 March", "30 April"),
        ("on 1 March 2024", "on 1 March 2025", "1 March 2024"),
        ("at 9 pm", "at 9 am", "9 pm"),
        ("1,500 EUR", "1.5 EUR", "1,500"),
        ("15%", "15 days", "15%"),
    ],
)
def test_another_figure_or_unit_is_missing(claim, known, figure):
    assert lost(claim, known) == [figure]


@pytest.mark.parametrize("text", ["", "1" * 5000, "1," * 3000, "1 " * 3000, "may " * 3000])
def test_odd_texts_take_no_time(text):
    figures(text)
