"""Bars as SVG: round axes, pieces on each other, text escaped, no style."""

from xml.etree import ElementTree

import pytest
from django.utils import translation

from helpdesk.bars import BOTTOM, HEIGHT, Bars, ceiling


@pytest.mark.parametrize(
    ("most", "end"),
    [(0, 4), (3, 4), (5, 8), (9, 12), (10, 20), (11, 20), (41, 60), (99, 100), (250, 400)],
)
def test_the_axis_ends_at_a_round_number_in_steps_of_whole_ones(most, end):
    assert ceiling(most) == end


def test_what_is_less_than_one_has_an_axis_of_its_own():
    assert ceiling(0.29, whole=False) == pytest.approx(0.4)
    assert ceiling(0, whole=False) == 4


def drawn(*rows, kinds=("a", "b")):
    return ElementTree.fromstring(Bars("Questions", kinds, rows).svg())


def test_pieces_stand_on_each_other_and_end_at_the_axis():
    svg = drawn(("Monday", (2, 1)), ("Tuesday", (0, 0)))
    below, above = svg.iter("rect")

    assert float(below.get("y")) + float(below.get("height")) == HEIGHT - BOTTOM
    assert float(above.get("y")) + float(above.get("height")) == float(below.get("y"))
    assert [one.get("class") for one in (below, above)] == ["bar a", "bar b"]


def test_each_day_tells_its_figures_and_nothing_carries_a_style():
    svg = drawn(("<Monday>", (1200, 1)))

    assert svg.find("g/title").text == "<Monday>: 1,200, 1"
    assert not [one for one in svg.iter() if one.get("style")]


def test_figures_are_written_in_the_language_of_the_reader():
    with translation.override("de"):
        svg = drawn(("Montag", (1200, 0.5)))

    assert svg.find("g/title").text == "Montag: 1.200, 0,5"
    assert "2.000" in [one.text for one in svg.iter("text")]


def test_of_many_days_some_are_named():
    labels = drawn(*((f"Day {number}", (1, 1)) for number in range(90)))

    named = [one.text for one in labels.iter("text") if one.text.startswith("Day")]
    assert len(named) <= 7
    assert "Day 89" in named


def test_without_days_there_is_an_empty_frame():
    assert drawn().findall("path")
