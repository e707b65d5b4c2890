"""What a strict engine was to repeat: passed on to the letter, set right where it slips."""

import asyncio

import pytest

from helpdesk.guard import Guard
from helpdesk.wording import Wording, set_right
from tests.helpdesk.answers import found

STOCK = (
    "Each round creates a new class (Series A Preferred Stock, Series B Preferred Stock, etc.) "
    "with its own rights."
)
MAIL = "Outgoing mail goes to the mailroom downstairs. Ask the front desk for stamps. It is free."
LINES = [MAIL, STOCK]
GREETING, CLOSING = "Thanks for asking!", "Let me know if anything is unclear."


def answer(*told):
    return " ".join([GREETING, *told, CLOSING])


RIGHT = answer(f"{MAIL} [1]", f"{STOCK} [2]")


@pytest.mark.parametrize(
    "text",
    [
        RIGHT,
        answer(f"{STOCK} [2]"),
        answer(f"- {MAIL} [1]\n", f"- **{STOCK}** [2]\n"),
        f"{GREETING}\n\n{MAIL} [1][2]\n\n{CLOSING}",
        answer("Good news: outgoing mail goes to the mailroom downstairs."),
        "Post is collected twice a day, and stamps are sold at the desk [1].",
        "Nothing is said of mail on Sundays. [1]",
        f"{GREETING} {MAIL} [7]",
        "",
    ],
)
def test_what_is_to_the_letter_or_no_slip_at_all_is_left_as_it_is(text):
    assert set_right(text, LINES) == text


@pytest.mark.parametrize(
    "slip",
    [
        "Each round creates a new class (Series A Preferred Stock, etc.) with its own rights.",
        STOCK.replace("B Preferred Stock, ", "B Preferred Stock, Series B Preferred Stock, "),
        "Series A Preferred Stock, Series B Preferred Stock, etc.) with its own rights.",
        STOCK.replace("Series B", "Series Bb"),
        STOCK.replace("etc.) with", "etcoas) wi"),
    ],
)
def test_a_place_said_twice_left_out_or_garbled_is_set_right(slip):
    assert set_right(answer(f"{MAIL} [1]", f"{slip} [2]"), LINES) == RIGHT


def test_what_a_line_lacks_where_its_mark_comes_too_soon_is_added():
    short = "Outgoing mail goes to the mailroom downstairs. [1]"
    assert set_right(answer(short, f"{STOCK} [2]"), LINES) == RIGHT


def test_a_slip_in_a_second_sentence_leaves_the_first_that_was_passed_on():
    slip = (
        "Outgoing mail goes to the mailroom downstairs. Ask the front desk for the front desk for"
    )
    wording = Wording(LINES)
    shown = wording.take(f"{GREETING} {slip}")
    assert shown == f"{GREETING} Outgoing mail goes to the mailroom downstairs. "
    rest = wording.take(f" stamps. It is free. [1] {STOCK} [2] {CLOSING}", last=True)
    assert shown + rest == RIGHT
    assert wording.restored == 1


def test_one_that_goes_round_in_circles_is_ended_with_the_lines_that_were_to_come():
    async def endless():
        yield f"{GREETING} Outgoing mail goes to the mailroom downstairs. "
        while True:
            yield "Ask the front desk for stamps. Ask the front desk for stamps. "
            yield "Ask the front desk "

    async def passed(wording):
        return "".join([piece async for piece in wording.watch(endless())])

    wording = Wording(LINES)
    assert asyncio.run(passed(wording)) == f"{GREETING} {MAIL} [1] {STOCK} [2]"
    assert (wording.over, wording.restored) == (True, 1)


@pytest.mark.parametrize("order", [[MAIL, STOCK], [STOCK, MAIL]])
def test_a_line_that_was_said_is_not_said_again_where_the_answer_turns_back_to_it(order):
    numbers = {text: number for number, text in enumerate(LINES, 1)}
    told = " ".join(f"{text} [{numbers[text]}]" for text in order)
    endless = f"{told} Each round creates " + "a new class (Series A " * 40
    assert set_right(endless, LINES).rstrip() == told


def test_one_that_stops_within_a_slip_is_ended_so_too():
    slip = "Outgoing mail goes to the mailroom. Ask the front desk for stamps"
    assert set_right(slip, LINES) == f"{MAIL} [1] {STOCK} [2]"


@pytest.mark.parametrize("size", [1, 3, 17])
def test_the_size_of_the_pieces_changes_nothing(size):
    slip = STOCK.replace("Series B", "Series Bb")
    text = answer(f"{MAIL} [1]", f"{slip} [2]")
    wording = Wording(LINES)
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    shown = [wording.take(piece) for piece in pieces]
    assert "".join(shown) + wording.take("", last=True) == RIGHT


COURTESIES = f"{GREETING}\n{CLOSING}"


@pytest.mark.parametrize(
    ("slip", "right"),
    [
        ("Log me know if anything is unclear.", CLOSING),
        ("Let me know if anything is uncleO", CLOSING),
        ("Ask your manager if anything else is open.", None),
    ],
)
def test_a_courtesy_with_a_slip_is_set_right_and_another_sentence_left(slip, right):
    text = f"{GREETING}\n\n{MAIL} [1]\n\n{slip}"
    shown = set_right(text, LINES, lambda text: False, COURTESIES)
    assert shown == f"{GREETING}\n\n{MAIL} [1]\n\n{right or slip}"


def test_behind_a_slip_without_end_comes_the_courtesy_that_is_still_unsaid():
    endless = f"{GREETING} {MAIL} [1] Each round creates " + "a new class (Series A " * 40
    asked = [LINES, lambda text: False, COURTESIES]
    assert set_right(endless, *asked) == f"{GREETING} {MAIL} [1] {STOCK} [2]\n\n{CLOSING}"
    asked[2] += "\nHave a good day!"
    assert set_right(endless, *asked) == f"{GREETING} {MAIL} [1] {STOCK} [2]"


def test_one_with_a_figure_or_a_name_that_no_source_holds_is_left_for_the_guard():
    text = answer(f"{STOCK.replace('Series B', 'Series 7')} [2]")
    assert set_right(text, LINES, Guard([found(MAIL), found(STOCK)]).strays) == text


def test_numbered_lines_and_signs_of_their_own_stay():
    lines = ["12. Solicitation of employees is not allowed here.", "*Note: ask >/=7 days before."]
    text = f"{lines[0]} [1] {lines[1]} [2]"
    assert set_right(text, lines) == text


def test_without_lines_all_is_passed_on():
    assert set_right(RIGHT, []) == RIGHT
