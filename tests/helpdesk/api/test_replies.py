"""The numbers of citations: those of the text that the tool was given."""

from helpdesk.api.replies import numbering
from helpdesk.events import Done, Quote
from tests.helpdesk.answers import found


def end(text, *shown) -> Done:
    quotes = [Quote(n, found(), 0, 9, shown=number) for n, number in enumerate(shown, 1)]
    return Done(text, tuple(quotes))


def test_a_models_marks_keep_the_numbers_that_it_streamed():
    assert numbering(end("So [1]. And so [2].", 3, 1), "So [3]. And so [1].") == (False, [3, 1])


def test_two_quotes_of_one_passage_share_its_number():
    assert numbering(end("So [1]. And so [2].", 2, 2), "So [2]. And so [2].") == (False, [2, 2])


def test_quotes_are_streamed_with_their_own_numbers():
    assert numbering(end("So [1]. And so [2].", 0, 0), "So [1]. And so [2].") == (False, [1, 2])


def test_a_mark_of_nothing_brings_the_checked_text_along():
    assert numbering(end("So [1].", 2), "So [2][9].") == (True, [1])


def test_so_does_an_answer_that_was_taken_back():
    assert numbering(end("Not found."), "Grade E earns much.") == (True, [])


def test_a_side_of_a_conflict_that_the_text_does_not_name_has_no_number():
    assert numbering(end("So [1].", 2, 0), "So [2].") == (False, [2, None])
