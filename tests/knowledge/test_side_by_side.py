from knowledge.comparing import Hunk, Part, compare
from knowledge.side_by_side import Row, cells, rows


def test_a_tables_line_is_cut_into_cells_with_their_marks():
    line = [Part("Lunch | "), Part("16", True), Part(" euro | Dinner")]
    assert cells(line) == [
        [Part("Lunch")],
        [Part("16", True), Part(" euro")],
        [Part("Dinner")],
    ]


def test_a_mark_may_go_over_a_cells_end():
    assert cells([Part("a | b", True)]) == [[Part("a", True)], [Part("b", True)]]


def test_lines_stand_beside_each_other():
    found = list(rows(compare(["Same.", "Take 20 days."], ["Same.", "Take 25 days.", "New."])))
    assert [row.kind for row in found] == ["same", "changed", "added"]
    assert found[2].old is None
    assert found[2].new == [[Part("New.")]]


def test_what_is_hidden_is_one_row():
    assert list(rows([Hunk("same", [], [], 7)])) == [Row("same", hidden=7)]
