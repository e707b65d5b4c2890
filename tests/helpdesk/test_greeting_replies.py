"""What the desk says to a courtesy, and what is left out of a conversation's turns with it."""

from django.conf import settings
from django.utils import translation

from helpdesk import greeting_replies
from helpdesk.events import Turn
from helpdesk.greeting_phrases import Kind
from helpdesk.greeting_replies import SAID
from helpdesk.prompts import NOT_FOUND
from tests.helpdesk.answers import QUESTION

THANKS = str(SAID[Kind.THANKS])


def left(*texts):
    """What is left of these turns of a person and the desk."""
    roles = ("user", "assistant")
    turns = [Turn(roles[at % 2], text) for at, text in enumerate(texts)]
    return [turn.text for turn in greeting_replies.without(turns)]


def test_every_kind_has_its_words_in_every_language():
    texts = greeting_replies.said(*Kind)

    assert set(SAID) == set(Kind)
    assert len(texts) == len(Kind) * len(settings.LANGUAGES)


def test_courtesies_go_with_the_desks_words_in_any_language():
    with translation.override("de"):
        german = str(SAID[Kind.HELLO])

    assert left("hi", german, QUESTION, "25 days.", "thanks", THANKS) == [
        QUESTION,
        "25 days.",
    ]


def test_one_from_before_the_desk_knew_any_goes_with_its_refusal():
    assert left("hi", NOT_FOUND, QUESTION) == [QUESTION]


def test_one_that_a_person_or_a_curated_answer_met_stays_with_that():
    assert left("hello", "Maeve here. Your leave is 25 days.") == [
        "hello",
        "Maeve here. Your leave is 25 days.",
    ]


def test_one_without_an_answer_goes():
    turns = (Turn("user", "hi"), Turn("user", QUESTION), Turn("assistant", THANKS))

    assert list(greeting_replies.without(turns)) == list(turns[1:])
