import asyncio

import pytest

from helpdesk.guard import Guard
from tests.helpdesk.answers import LEAVE, found

SOURCES = [found(LEAVE + " Maria Lopez approves what costs more than €1,000.")]


def passed(guard, *pieces):
    """What the guard lets through, piece by piece."""

    async def each():
        for piece in pieces:
            yield piece

    async def collect():
        return [piece async for piece in guard.watch(each())]

    return asyncio.run(collect())


def test_an_answer_true_to_its_sources_comes_whole():
    text = "You get 25 working days [1]. Up to five may be carried over until 31 March [1]."
    guard = Guard(SOURCES)

    assert "".join(passed(guard, *text.partition("ov"))) == text
    assert not guard.broken


def test_each_sentence_is_shown_when_the_next_begins():
    guard = Guard(SOURCES)

    assert guard.take("You get 25 working") == ""
    assert guard.take(" days [1].") == ""
    assert guard.take(" Ask") == "You get 25 working days [1]. "
    assert guard.take(" Maria Lopez.", last=True) == "Ask Maria Lopez."


@pytest.mark.parametrize(
    "invented",
    [
        "You get 26 working days [1].",
        "They may be carried over until 30 April.",
        "It is approved by Peter Schmidt.",
        "It costs up to €9,000.",
    ],
)
def test_it_breaks_at_what_no_source_holds_and_shows_none_of_it(invented):
    guard = Guard(SOURCES)

    assert passed(guard, "You get paid annual leave. ", f"{invented} ", "More.") == [
        "You get paid annual leave. "
    ]
    assert guard.broken


def test_what_comes_with_a_sentence_that_strays_is_shown_up_to_it():
    guard = Guard(SOURCES)
    told = "You get paid annual leave.\n- You get **26 working days** [1]. More. And more."

    assert passed(guard, told) == ["You get paid annual leave.\n"]
    assert guard.broken


def test_the_last_sentence_is_checked_too():
    guard = Guard(SOURCES)

    assert passed(guard, "You get 26 working days [1].") == []
    assert guard.broken


def test_the_number_of_a_list_behind_a_mark_is_no_figure():
    said = "You get 25 working days [1] 2. Up to five may be carried over until 31 March [1]."
    guard = Guard(SOURCES)

    assert "".join(passed(guard, said)) == said
    assert not guard.broken


def test_a_date_behind_a_mark_is_no_number_of_a_list():
    guard = Guard(SOURCES)

    passed(guard, "Urlaubstage gelten weiter [1] 15. März ist der letzte Tag [1].")
    assert guard.broken


def test_courtesies_need_no_source():
    said = "Hello from your Help Desk!\nYou get 25 working days [1].\nCall Peter on 4711."
    guard = Guard(SOURCES, "Hello from your Help Desk!\nCall Peter on 4711.")

    assert "".join(passed(guard, said)) == said
    assert not guard.broken
