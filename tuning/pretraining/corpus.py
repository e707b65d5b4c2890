"""The sentences that the demo's model learns to repeat, from the repository's own text."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

from knowledge import sentences
from tuning.pretraining import inventing

# Shorter pieces are headings and cells.
LEAST_WORDS, MOST_CHARACTERS = 4, 300
FENCED = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.DOTALL | re.MULTILINE)
FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
MARKUP = re.compile(r"[*`]+|!?\[([^\]]*)\]\([^)]*\)|<[^>\n]+>")
OPENING = re.compile(r"\s*(?:#{1,6}|[-*+]|\d+[.)])\s+")
WRAPPED = re.compile(r"(?<=[^\n|:#])\n(?=[A-Za-z(\"€`*])")
WORD = re.compile(r"[A-Za-z]+|\d+")
# Words that hold a sentence together: an altered sentence keeps them.
GRAMMAR = frozenset(
    """
    the and for with that this from are was were has have had not may must can will your you our
    their its his her them they any all each every who whom which when where while until before
    after than then into onto over under between within without only also both either more most
    less least such same other another there here what how why because does did been being would
    should could about against during through upon per
    """.split()
)


def texts(root: Path) -> list[str]:
    """The Markdown of the demo's handbook and of the project's own pages."""
    demo = root / "knowledge" / "demo"
    places = [
        *sorted((demo / "sources").glob("*.md")),
        *sorted((demo / "docs").rglob("*.md")),
        *sorted((root / "docs").glob("*.md")),
    ]
    return [path.read_text(encoding="utf-8") for path in places]


def lines(text: str) -> list[str]:
    """The sentences of a Markdown text; a table's row as its cells with bars between."""
    found = []
    for raw in WRAPPED.sub(" ", FENCED.sub("", FRONT.sub("", text))).splitlines():
        row = raw.strip().strip("|").strip() if raw.startswith("|") else raw
        line = MARKUP.sub(r"\1", OPENING.sub("", row))
        line = re.sub(r"\s*\|\s*", " | ", " ".join(line.split()))
        found += [line[start:end] for start, end in sentences.split(line)]
    long_enough = (one for one in found if len(one.split()) >= LEAST_WORDS and "---" not in one)
    return [one for one in long_enough if len(one) <= MOST_CHARACTERS]


class Corpus:
    """The repository's sentences, and how new ones are made out of them."""

    def __init__(self, known: Sequence[str]):
        self.sentences = list(dict.fromkeys(known))
        words = (word for one in self.sentences for word in re.findall(r"[A-Za-z]{3,}", one))
        by_kind: dict[str, set[str]] = {}
        for word in words:
            if word.lower() not in GRAMMAR:
                by_kind.setdefault(kind(word), set()).add(word)
        self.words = {name: sorted(some) for name, some in by_kind.items()}

    def sentence(self, chance: random.Random) -> str:
        """A sentence of the repository."""
        return chance.choice(self.sentences)

    def altered(self, chance: random.Random, source: str = "") -> str:
        """A sentence with many of its words and all of its numbers exchanged."""
        rate, strange = chance.uniform(0.15, 0.8), chance.random() * 0.3

        def other(match: re.Match) -> str:
            word = match.group()
            if word.isdigit():
                return inventing.digits(chance, len(word))
            if len(word) < 3 or word.lower() in GRAMMAR or chance.random() > rate:
                return word
            if chance.random() < strange:
                return inventing.like(chance, word)
            return chance.choice(self.words.get(kind(word), [word]))

        return WORD.sub(other, source or self.sentence(chance))

    def shuffled(self, chance: random.Random) -> str:
        """Words in no order: what comes next can only be read off the page."""
        words = self.sentence(chance).split() + self.sentence(chance).split()
        chance.shuffle(words)
        return " ".join(words[: chance.randint(4, 24)])


def kind(word: str) -> str:
    """Words of one kind can stand for each other: by their ending and their first letter's case."""
    ending = next((e for e in ("ing", "ed", "ly", "s") if word.lower().endswith(e)), "")
    return ("A" if word[0].isupper() else "a") + ending


def of_repository(root: Path) -> Corpus:
    return Corpus([line for text in texts(root) for line in lines(text)])
