"""What the desk says to a courtesy, and what it and its reply count for in a conversation."""

from collections.abc import Iterable, Iterator
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from helpdesk.events import Turn
from helpdesk.greeting_phrases import Kind
from helpdesk.greetings import Greeting, recognised
from helpdesk.prompts import says_not_found

# The answerer whose name such a reply bears.
ENGINE = "greeting"
SAID = {
    Kind.HELLO: _(
        "Hello! What would you like to know? Ask in your own words: I look for the answer in the"
        " company's documents and show you where it says so."
    ),
    Kind.THANKS: _("You're welcome! Just ask if there is anything else you would like to know."),
    Kind.OK: _("All right! Just ask if there is anything else you would like to know."),
    Kind.FAREWELL: _("Goodbye! Come back whenever you have a question."),
    Kind.HOW_ARE_YOU: _(
        "Thank you for asking! I am a program, so I am always well. What would you like to know"
        " from the company's documents?"
    ),
    Kind.PERSON: _(
        "Choose “Ask a person” below the box for questions: somebody reads this conversation then,"
        " and answers here. The more you have written of what you need, the better."
    ),
    Kind.ABOUT: _(
        "I am the help desk, a program. I answer questions from the company's documents, show you"
        " where each answer stands, and say so where they don't hold one. What would you like to"
        " know?"
    ),
    Kind.HELP: _(
        "I am here to help. Ask a whole question in your own words: I look for the answer in the"
        " company's documents and show you where it says so."
    ),
}
# What asks the person to begin.
INVITING = (Kind.HELLO, Kind.HOW_ARE_YOU, Kind.ABOUT, Kind.HELP)


def reply(greeting: Greeting) -> str:
    """What is said to it, in the language of its words; where they tell none, in the active one."""
    with translation.override(greeting.language or translation.get_language()):
        return str(SAID[greeting.kind])


@cache
def said(*kinds: Kind) -> frozenset[str]:
    """The replies to courtesies of these kinds in every language."""
    languages = [code for code, _name in settings.LANGUAGES]
    return frozenset(reply(Greeting(kind, code)) for kind in kinds for code in languages)


def without(turns: Iterable[Turn]) -> Iterator[Turn]:
    """The turns of a conversation without courtesies, and without what the desk said to them.

    One to which something else was said stays, with that: a person may have answered, or a curated
    answer.
    """
    held: Turn | None = None
    for turn in turns:
        if turn.role == "user":
            held = turn if recognised(turn.text) else None
            if held is None:
                yield turn
        elif held is None:
            yield turn
        else:
            if not (turn.text in said(*SAID) or says_not_found(turn.text)):
                yield held
                yield turn
            held = None
