import time

import pytest

from knowledge.comparing import Part, compare

TABLE = ["Meal | Ireland | Abroad", "Lunch | 16 euro | 22 euro", "Dinner | 35 euro | 48 euro"]


def drawn(hunks):
    """The hunks as lines: what was taken away in [-…-], what came in {+…+}."""
    found = []
    for hunk in hunks:
        if hunk.hidden:
            found.append(f"… {hunk.hidden}")
        elif hunk.kind == "same":
            found += ["  " + text(line) for line in hunk.new]
        else:
            found += ["- " + text(line, "[-", "-]") for line in hunk.old]
            found += ["+ " + text(line, "{+", "+}") for line in hunk.new]
    return found


def text(line, begin="", end=""):
    return "".join(begin + p.text + end if p.marked else p.text for p in line)


def test_the_words_of_a_line_that_changed_are_marked():
    old = ["Every employee has 25 days of leave a year."]
    new = ["Every employee has 27 working days of leave."]
    assert drawn(compare(old, new)) == [
        "- Every employee has [-25-] days of leave[- a year-].",
        "+ Every employee has {+27 working+} days of leave.",
    ]


def test_the_cell_of_a_table_that_changed_is_marked():
    new = [TABLE[0], "Lunch | 18 euro | 22 euro", TABLE[2]]
    assert drawn(compare(TABLE, new)) == [
        "  Meal | Ireland | Abroad",
        "- Lunch | [-16-] euro | 22 euro",
        "+ Lunch | {+18+} euro | 22 euro",
        "  Dinner | 35 euro | 48 euro",
    ]


def test_lines_come_and_go():
    assert drawn(compare(["a", "b", "c"], ["a", "c", "d"])) == ["  a", "- b", "  c", "+ d"]
    assert drawn(compare([], ["a"])) == ["+ a"]
    assert drawn(compare(["a"], [])) == ["- a"]


def test_another_line_is_not_a_changed_one():
    hunks = compare(["The books close on day five."], ["Lunch costs 16 euro."])
    assert [hunk.kind for hunk in hunks] == ["removed", "added"]


def test_a_line_that_moved_in_among_others_is_told_from_the_one_that_changed():
    old = ["Leave is 25 days a year."]
    new = ["Ask your manager first.", "Leave is 30 days a year."]
    assert [hunk.kind for hunk in compare(old, new)] == ["added", "changed"]


@pytest.mark.parametrize("lines", [[], ["a"], TABLE])
def test_equal_texts_have_no_differences(lines):
    assert compare(lines, list(lines)) == []


def test_what_is_far_from_a_change_is_hidden():
    old = [f"line {n}" for n in range(20)]
    new = [*old[:10], "in between", *old[10:]]
    assert drawn(compare(old, new)) == [
        "… 8",
        "  line 8",
        "  line 9",
        "+ in between",
        "  line 10",
        "  line 11",
        "… 8",
    ]


@pytest.mark.parametrize(
    "change", [lambda n, line: line + " more", lambda n, line: f"{n} else", lambda n, line: line]
)
def test_huge_texts_are_compared_in_seconds(change):
    old = [f"This is line {n} of a very long handbook of the company." for n in range(30_000)]
    begin = time.monotonic()
    compare(old, [change(n, line) for n, line in enumerate(old)])
    assert time.monotonic() - begin < 5


def test_nothing_of_a_changed_line_is_lost():
    old, new = "a  (b) – c|d, é", "a (b)  – C|d; e\u0301"
    (hunk,) = [one for one in compare([old + " x y z"], [new + " x y z"]) if one.kind == "changed"]
    assert "".join(p.text for p in hunk.old[0]) == old + " x y z"
    assert "".join(p.text for p in hunk.new[0]) == new + " x y z"


def test_a_very_long_line_is_marked_as_a_whole():
    (hunk,) = compare(["word " * 1000 + "a"], ["word " * 1000 + "b"])
    assert hunk.new == [[Part("word " * 1000 + "b", True)]]
