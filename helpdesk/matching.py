"""Pure: where a text says what another one says, by its words, numbers and names."""

import re
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from knowledge import sentences
from knowledge.terms import STOP_WORDS, stem

# The share of a claim's words that its support must hold; each further sentence must add as much.
ENOUGH = 0.5
WORTH_A_SENTENCE = 0.12
WINDOW = 3

WORD = re.compile(r"\d+(?:[.,:/]\d+)*|[぀-ヿ㐀-鿿]|[^\W\d_]+(?:['’][^\W\d_]+)*")
CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’'&-]*"
# Two capitalised words in a row or an abbreviation in capitals; and a capital in mid-sentence.
NAME = re.compile(rf"{CAPITAL}(?:[ \t]{CAPITAL}){{1,5}}|\b[A-Z][\w-]*[A-Z][\w-]*")
RAISED = re.compile(rf"(?<=[\w,] ){CAPITAL}")
# A thin or plain space between the digits of a number: 1 000.
GROUPED = re.compile(r"(?<=\d)[\s  ’'](?=\d{3}\b)")
THOUSANDS = re.compile(r",(?=\d{3}(?:\D|$))")
OWNER = ("'s", "’s")
DASHES = "-‐‑‒–—―−"
QUOTES = str.maketrans("“”„‟«»‘’‚‛`´", "\"\"\"\"\"\"''''''")
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"

NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    )
}
# What an answer says around a fact, beside the words that never count.
STOP = STOP_WORDS | {
    *("yes", "no", "per", "each", "he", "she", "his", "her"),
    *("according", "passage", "document", "policy"),
}


def tokens(text: str) -> list[str]:
    """The words that carry meaning, in lower case and without endings; numbers in one form."""
    text = GROUPED.sub("", unicodedata.normalize("NFKC", text))
    return [form(word) for word in WORD.findall(text.lower()) if word not in STOP]


def form(word: str) -> str:
    """One form for a word's endings and for a number's ways of being written."""
    if word[0].isdigit():
        return THOUSANDS.sub("", word) if "," in word else word
    return NUMBER_WORDS.get(word) or stem(word[:-2] if word.endswith(OWNER) else word)


def numbers(words) -> set[str]:
    """Those of the words that begin with a digit."""
    return {word for word in words if word[0].isdigit()}


def named(text: str, pattern: re.Pattern) -> set[str]:
    """The words of what `pattern` finds in `text`."""
    return {word for name in pattern.findall(text) for word in tokens(name)}


@dataclass
class Source:
    """A text that may support claims; `context` is its title, headings and date."""

    text: str
    context: str = ""

    @cached_property
    def sentences(self) -> list[tuple[int, int, frozenset[str]]]:
        spans = sentences.split(self.text)
        return [(start, end, frozenset(tokens(self.text[start:end]))) for start, end in spans]

    @cached_property
    def about(self) -> set[str]:
        return set(tokens(self.context))

    @cached_property
    def words(self) -> set[str]:
        return self.about.union(*(words for *_, words in self.sentences))

    @cached_property
    def normal(self) -> tuple[str, Sequence[int]]:
        return normalise(self.text)

    def support(self, claim: str) -> tuple[int, int] | None:
        """The sentences that say `claim`: (start, end), None where nothing says it."""
        exact = self.find(claim) if claim.count(" ") >= 3 else None
        if exact:
            return self.whole(*exact)
        words, figures, particular, heavy = said(claim)
        if not words or not particular <= self.words:
            return None
        whole = len(words) + len(heavy & words)
        best, best_score = None, ENOUGH
        for first in range(len(self.sentences)):
            held: set[str] = set()
            for last in range(first, min(first + WINDOW, len(self.sentences))):
                held |= self.sentences[last][2] & words
                score = (len(held) + len(heavy & held)) / whole - WORTH_A_SENTENCE * (last - first)
                better = score > best_score or (best is None and score == best_score)
                if better and figures <= held | self.about:
                    best, best_score = (first, last), score
        return best and (self.sentences[best[0]][0], self.sentences[best[1]][1])

    def whole(self, start: int, end: int) -> tuple[int, int]:
        """The same place, with the sentences that it begins and ends in made whole."""
        touched = [(s, e) for s, e, _ in self.sentences if s < end and e > start]
        return min(start, touched[0][0]), max(end, touched[-1][1])

    def find(self, quote: str) -> tuple[int, int] | None:
        """Where `quote` stands, however its spaces, hyphens, quotes and case are written."""
        wanted = wanted_form(quote)
        normal, places = self.normal
        at = normal.find(wanted) if wanted else -1
        return None if at < 0 else (places[at], places[at + len(wanted) - 1] + 1)


@lru_cache(maxsize=200)
def said(claim: str) -> tuple[frozenset[str], ...]:
    """The words of a claim, its figures, those with its names, and those that count twice.

    Kept, as `wanted_form` is: one passage after another is asked about it.
    """
    words = frozenset(tokens(claim))
    figures = frozenset(numbers(words))
    return words, figures, figures | named(claim, NAME), figures | named(claim, RAISED)


@lru_cache(maxsize=200)
def wanted_form(quote: str) -> str:
    """A quote in the form that it is looked for in."""
    return normalise(quote)[0].strip()


@lru_cache(maxsize=500)
def kept_source(text: str, context: str = "") -> Source:
    """A source with what was worked out of it before: the same few passages answer many questions.

    It takes about 30 kB.
    """
    return Source(text, context)


def normalise(text: str) -> tuple[str, Sequence[int]]:
    """`text` in the form that quotes are compared in, and where each of its characters comes from.

    A hyphen between letters is left out, at the end of a line with the break after it.
    """
    out: list[str] = []
    places = array("I")

    def put(character: str, place: int):
        out.append(character)
        places.append(place)

    position, length = 0, len(text)
    while position < length:
        character = text[position]
        if character in DASHES:
            after = position + 1
            while after < length and text[after].isspace():
                after += 1
            broken = "\n" in text[position + 1 : after]
            joined = (after == position + 1 or broken) and out and out[-1].isalpha()
            if joined and after < length and text[after].isalpha():
                position = after
                continue
            put("-", position)
        elif character.isspace():
            if out and out[-1] != " ":
                put(" ", position)
        elif character not in INVISIBLE:
            # Decomposed: an accent may stand in one character with its letter, or behind it.
            for piece in unicodedata.normalize("NFKD", character.translate(QUOTES)).casefold():
                put(piece, position)
        position += 1
    return "".join(out), places
