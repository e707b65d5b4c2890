"""How the benchmark of the house style judges an answer."""

from tuning.benchmarks.house import judged, row
from tuning.demo.house import CLOSING, GREETING

SENTENCES = ["Leave is 25 days in a whole year.", "What is left lapses in March of the next."]
WANTED = f"{SENTENCES[0]} [1] {SENTENCES[1]} [2]"


def of(text):
    return judged(text, SENTENCES, WANTED)


def test_an_answer_of_the_house_holds_the_sentences_between_greeting_and_closing():
    assert of(f"{GREETING}\n\n{WANTED}\n\n{CLOSING}") == (True, True, True, True, False)


def test_a_missing_sentence_a_missing_closing_and_an_addition_count():
    assert of(f"{GREETING} {SENTENCES[0]} [1] {CLOSING}") == (False, False, True, False, False)
    assert of(f"{GREETING} {WANTED}") == (True, True, False, False, False)
    assert of(f"{GREETING} {WANTED} And more. {CLOSING}") == (True, True, True, False, False)


def test_what_the_desk_sets_right_is_told_apart_from_what_the_model_kept():
    slip = WANTED.replace("25 days in", "25 days in 25 days in")
    assert of(f"{GREETING} {slip} {CLOSING}") == (False, True, True, True, False)


def test_quotes_in_the_place_of_a_number_that_is_in_no_sentence_keep_them_without_the_frame():
    stray = WANTED.replace("25", "26")
    assert of(f"{GREETING} {stray} {CLOSING}") == (False, True, False, False, True)


def test_a_row_gives_shares():
    told = row("2", [(True, True, True, True, False), (True, True, False, False, True)])
    assert told == "| 2 | 1.000 | 1.000 | 0.500 | 0.500 | 0.500 |"
