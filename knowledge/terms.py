"""The words of a text that carry its matter, in their stems."""

import re
from functools import lru_cache
from threading import Lock

import snowballstemmer

WORD = re.compile(r"[^\W_]+")
STOP_WORDS = frozenset(
    """a about all also am an and any are as at be been but by can could did do does for from get
    got had has have how i if in into is it its just many may me might much must my need of often
    on or our please shall should so such tell than that the their them there these they this to
    us was we were what when where which who whom whose why will with would you your""".split()
)

_stemmer = snowballstemmer.stemmer("english")
# The stemmer keeps the word that it works on in itself, and questions come in several threads.
_one_at_a_time = Lock()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a word in lower case, after Porter's second algorithm."""
    with _one_at_a_time:
        return _stemmer.stemWord(word)


def stems(text: str) -> list[str]:
    """The stems of the words that are no stop words, in their order."""
    return [stem(word) for word in WORD.findall(text.lower()) if word not in STOP_WORDS]


@lru_cache(maxsize=10_000)
def kept_stems(text: str) -> tuple[str, ...]:
    """As `stems`, kept for the sentences that were ranked lately: the same few answer much.

    They take about 5 MB.
    """
    return tuple(stems(text))


def terms(text: str) -> set[str]:
    """The stems of the words that are no stop words."""
    return set(stems(text))


def coverage(question: set[str], text: str) -> float:
    """The share of a question's terms that stand in a text, from 0 to 1."""
    return len(question & terms(text)) / len(question) if question else 0.0
