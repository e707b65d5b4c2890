"""Pure: whether a message is nothing but a courtesy: a greeting, thanks, “ok”, “who are you”."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from unicodedata import category, normalize

from helpdesk.greeting_phrases import BEHIND, BESIDE, BETWEEN, PHRASES, Kind

# What is longer holds more than courtesies.
MOST_CHARS, MOST_WORDS = 120, 14
WORD = re.compile(r"[^\W_]+")
APOSTROPHE = re.compile(r"['’‘ʼ`´]")
SMILEY = re.compile(r"(?<!\S)(?:[:;=][-'^o]?[()\[\]dpo|/\\*]|<3|\^\^|xd)(?!\S)", re.IGNORECASE)
# “hiiii”, “thankssss”: no phrase has three like letters in a row.
DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
# The signs of a price, a sum and a figure.
COUNTED = {"Sc", "Sm", "Nd", "No"}

# A message as the signs of its parts: a courtesy (c) or a cry for help (h), and what stands behind
# it (b), between two (t) and beside thanks (s). Behind a cry for help it may be what is asked for:
# “help desk”.
SHAPE = re.compile(r"(?:s|cb*|h)(?:t?(?:s|cb*|h))*")
ABOUT = {"b": BEHIND, "t": BETWEEN, "s": BESIDE}

CHOICES = re.compile(r"\(([^()]*)\)")
SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# What runs together in speech: “what's up”, “I'm fine”.
CONTRACTED = (
    (re.compile(r"\b(what|how|that|it) is\b"), r"\1s"),
    (re.compile(r"\bi am\b"), "im"),
    (re.compile(r"\bi have\b"), "ive"),
    (re.compile(r"\bi would\b"), "id"),
    (re.compile(r"\byou are\b"), "youre"),
)


@dataclass(frozen=True, slots=True)
class Greeting:
    """A message that is a courtesy alone; `language` is a code of LANGUAGES, "" where its words
    tell none."""

    kind: Kind
    language: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What some words of a message are; `sign` is one of SHAPE."""

    sign: str
    greeting: Greeting | None = None


def recognised(text: str) -> Greeting | None:
    """The courtesy that `text` is; None where any word of it may ask for something else.

    A message without a word is one too: “?”, “👍”.
    """
    if len(text) > MOST_CHARS:
        return None
    said = words(text)
    if not said:
        return wordless(text)
    parts = cut(said) if len(said) <= MOST_WORDS else []
    found = [part.greeting for part in parts if part.greeting]
    kinds = {one.kind for one in found}
    signs = "".join(part.sign for part in parts)
    if not found or not SHAPE.fullmatch(signs):
        return None
    if "s" in signs and ("?" in text or not kinds & {Kind.THANKS, Kind.OK}):
        return None
    languages = {one.language for one in found if one.language}
    language = languages.pop() if len(languages) == 1 else ""
    return Greeting(min(kinds, key=list(Kind).index), language)


def wordless(text: str) -> Greeting | None:
    """What a message without words says: a picture nods, and a dot asks what can be asked."""
    signs = {category(one) for one in text if not one.isspace()}
    if "So" in signs or SMILEY.search(text):
        return Greeting(Kind.OK)
    return Greeting(Kind.HELP) if signs and signs.isdisjoint(COUNTED) else None


def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, without accents, punctuation, smileys and emoji."""
    text = APOSTROPHE.sub("", SMILEY.sub(" ", normalize("NFKC", text)))
    return tuple(WORD.findall(DRAWN_OUT.sub(r"\1", bare(text))))


def bare(text: str) -> str:
    """A text in lower case without accents, and with dots on the Turkish i that has none."""
    parts = normalize("NFKD", text.casefold()).replace("ı", "i")
    return "".join(one for one in parts if category(one)[0] != "M")


def cut(said: tuple[str, ...]) -> list[Part]:
    """The parts that make up these words, the longest at each place; none where a word is left."""
    known, longest = phrases()
    parts: list[Part] = []
    while said:
        ends = range(min(len(said), longest), 0, -1)
        end = next((end for end in ends if " ".join(said[:end]) in known), 0)
        if not end:
            return []
        parts.append(known[" ".join(said[:end])])
        said = said[end:]
    return parts


@cache
def phrases() -> tuple[dict[str, Part], int]:
    """Every part by its words, and the number of words of the longest."""
    known = {said: Part(sign) for sign, lines in ABOUT.items() for said in spelt(lines)}
    for (kind, language), lines in PHRASES.items():
        sign = "h" if kind in (Kind.HELP, Kind.ABOUT) else "c"
        known |= dict.fromkeys(spelt(lines), Part(sign, Greeting(kind, language)))
    return known, max(said.count(" ") + 1 for said in known)


def spelt(lines: str) -> set[str]:
    """The phrases of these lines in each of their spellings, as `words` gives them."""
    plain = APOSTROPHE.sub("", lines)
    said = {one for each in (plain, plain.translate(SPELT_OUT)) for one in chosen(bare(each))}
    for whole, short in CONTRACTED:
        said |= {whole.sub(short, one) for one in said}
    return said


def chosen(lines: str) -> Iterator[str]:
    """The phrases of these lines, each with all its choices."""
    for pattern in lines.split(";"):
        choices = CHOICES.search(pattern)
        if choices is None:
            yield " ".join(pattern.split())
            continue
        before, after = pattern[: choices.start()], pattern[choices.end() :]
        yield from chosen(";".join(before + one + after for one in choices[1].split("|")))
