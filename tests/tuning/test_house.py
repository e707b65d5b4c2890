"""How the benchmark of the house style judges an answer."""

from tuning.benchmarks.house import judged, row
from tuning.demo.house import CLOSING, GREETING

WANTED = "Leave is 25 days. [1] It lapses in March. [2]"


def test_an_answer_of_the_house_holds_the_sentences_between_greeting_and_closing():
    assert judged(f"{GREETING} {WANTED} {CLOSING}", WANTED) == (True, True, True)


def test_a_changed_number_a_missing_closing_and_an_addition_count():
    assert judged(f"{GREETING} {WANTED.replace('25', '26')} {CLOSING}", WANTED) == (
        False,
        True,
        False,
    )
    assert judged(f"{GREETING} {WANTED}", WANTED) == (True, False, False)
    assert judged(f"{GREETING} {WANTED} And more. {CLOSING}", WANTED) == (True, True, False)


def test_a_row_gives_shares():
    told = row("2", [(True, True, True), (True, False, False)])
    assert told == "| 2 | 1.000 | 0.500 | 0.500 |"
