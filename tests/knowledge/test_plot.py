from xml.etree import ElementTree

import pytest

from knowledge.benchmarks.plot import HEIGHT, WIDTH, Axis, Chart

SVG = "{http://www.w3.org/2000/svg}"
LINES = {"a document": [(100, 20.0), (1000, 25.0), (50_000, 30.0)], "R&D <b>": [(100, 2.0)]}


@pytest.fixture
def drawing():
    return ElementTree.fromstring(Chart("Cost", "documents", "ms", LINES).svg())


def said(drawing):
    return [element.text for element in drawing.iter(f"{SVG}text")]


def test_title_axes_and_legend_are_told(drawing):
    assert {"Cost", "documents", "ms", "a document", "R&D <b>"} <= set(said(drawing))
    assert drawing.find(f"{SVG}title").text == "Cost"


def test_every_point_has_a_dot_within_the_picture(drawing):
    dots = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in drawing.iter(f"{SVG}circle")]
    assert len(dots) == 4
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in dots)


def test_the_axes_have_powers_of_ten(drawing):
    assert {"100", "1,000", "10,000", "100,000"} <= set(said(drawing))


def test_a_place_on_the_axis_is_logarithmic():
    axis = Axis.over([1, 100], 0, 200)
    assert [axis.place(value) for value in (1, 10, 100)] == [0, 100, 200]
    assert Axis.over([10], 0, 1).ticks() == [10, 100]


def test_it_suits_a_dark_page(drawing):
    assert "prefers-color-scheme:dark" in drawing.find(f"{SVG}style").text
