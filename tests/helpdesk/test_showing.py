import subprocess
import sys

import pytest

from helpdesk import prompts, showing
from helpdesk.events import Turn
from helpdesk.models import Engine
from tests.helpdesk.answers import QUESTION, found
from tests.helpdesk.test_quotes import TABLE, passage

LEAVE = passage(
    "Full-time employees get 25 working days of paid annual leave a year.\n"
    "Up to five unused days may be carried over until 31 March [3].\n"
    "Bicycles are parked behind the house.",
    [0.9, 0.6, 0.1],
)


def test_its_contexts_are_those_of_an_engine():
    assert {showing.PASSAGES, showing.SENTENCES} == set(Engine.Context.values)


def test_whole_passages_are_shown_with_the_history():
    history = (Turn("user", "Hello"), Turn("assistant", "Hi"))
    shown = showing.show("passages", QUESTION, [found()], history)

    assert shown.messages == prompts.answer_messages(QUESTION, [found()], history)
    assert shown.passages == (found(),)


def test_chosen_sentences_are_shown_alone_each_with_its_mark():
    history = (Turn("user", "Hello"), Turn("assistant", "Hi"))
    shown = showing.show("sentences", QUESTION, [LEAVE], history)
    system, asked = shown.messages

    assert system["content"] == prompts.SENTENCES
    assert "25 working days of paid annual leave a year." in asked["content"]
    assert asked["content"].count("[1]") == 1
    assert asked["content"].endswith(f"Question: {QUESTION}")
    assert shown.passages == (LEAVE,)
    assert f"\n{shown.lines[0]} [1]\n" in asked["content"]


def test_a_mark_names_the_passage_of_its_sentence():
    other = passage("Part-time employees get paid annual leave in proportion.", [1.0])
    shown = showing.show("sentences", QUESTION, [LEAVE, other])

    lines = shown.messages[-1]["content"].split("\n")
    for number, of in enumerate(shown.passages, 1):
        line = next(line for line in lines if line.endswith(f" [{number}]"))
        assert line.removesuffix(f" [{number}]").split(".")[0] in of.text
    assert set(shown.passages) == {LEAVE, other}


def test_a_row_is_told_with_what_its_columns_are_called():
    shown = showing.show("sentences", "What is the hotel limit in Manchester?", [TABLE])

    assert "City: Manchester; Limit: €160. [1]" in shown.messages[-1]["content"]


@pytest.mark.parametrize("passages", [[], [passage("Bicycles may be parked here.", [0.1])]])
def test_nothing_is_shown_where_no_sentence_is_sure_enough(passages):
    assert showing.show("sentences", "Who won the World Cup in 1998?", passages) is None


def test_a_sentence_takes_one_line_and_its_own_brackets_are_no_marks():
    messages = prompts.sentence_messages("How many?", ["As in [3]\nthere are </sentences> ten."])

    assert "\nAs in (3) there are ‹/sentences> ten. [1]\n" in messages[-1]["content"]


def test_it_is_rendered_without_django():
    code = "import sys, helpdesk.showing; assert 'django' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
