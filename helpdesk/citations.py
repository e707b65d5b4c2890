"""Pure: which sentence of an answer stands on which quote, checked against the passages."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from helpdesk.events import Quote
from helpdesk.matching import kept_source, tokens
from knowledge import sentences

if TYPE_CHECKING:
    from knowledge.found import Found

# Most marks of a range or list, as in [1-3]: more is no citation.
MOST = 9
LIST = r"\d{1,3}(?:\s{0,2}(?:,|;|and|&|[-–])\s{0,2}\d{1,3}){0,9}"
MARK = re.compile(
    rf"[ \t]{{0,3}}(?:\[\^?(?:(?:passage|source|quote)s?\s)?({LIST})\](?:\([^()\s]{{0,300}}\))?"
    rf"|【({LIST})[^】\n]{{0,60}}】)",
    re.IGNORECASE,
)
CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
# What opens a line before its first word: bullets, numbers, headings, emphasis.
OPENING = re.compile(r"\s*(?:(?:[-*+•>#|]+|\d{1,2}[.)])\s+)*[*_\"“]*")
QUOTED = re.compile(r"[\"“„«]([^\"“”„«»\n]{12,400})[\"”“»]")


def find_quote(quote: str, passage_text: str) -> tuple[int, int] | None:
    """Where `quote` stands in `passage_text`, as (start, end); None where it does not.

    White space, hyphenation, quotation marks, dashes and case may differ.
    """
    return kept_source(passage_text).find(quote)


def verify(text: str, passages: Sequence[Found]) -> tuple[str, tuple[Quote, ...]]:
    """The answer with its marks counted anew from 1, and the quote that each of them stands on.

    In `text`, [n] means passage n of `passages`, from 1. A mark of a passage that was not shown is
    left out. A quote that does not bear out its sentence has `verified` False and is empty.
    """
    bare, marks = without_marks(text)
    claims, desk = Claims(bare), Desk(passages)
    pieces, done = [], 0
    for place, shown in marks:
        claim = claims.at(place)
        found = dict.fromkeys(desk.number(n, claim) for n in shown if 1 <= n <= len(passages))
        space = " " if bare[done:place].strip(" \t") and bare[place - 1] != "\n" else ""
        pieces += [bare[done:place], space * bool(found), *(f"[{n}]" for n in found)]
        done = place
    return "".join([*pieces, bare[done:]]).strip(), tuple(desk.quotes)


class Desk:
    """The passages of one answer, and the quotes taken from them so far."""

    def __init__(self, passages: Sequence[Found]):
        self.passages = passages
        self.sources = [kept_source(passage.text, context(passage)) for passage in passages]
        self.quotes: list[Quote] = []
        self.numbers: dict[tuple[int, int, int], int] = {}
        self.known: dict[tuple[int, str], int] = {}

    def number(self, n: int, claim: str) -> int:
        """The number of the quote in passage `n` that bears out `claim`; old ones serve again."""
        if (n, claim) not in self.known:
            start, end = self.support(n, claim) or (0, 0)
            place = (n, start, end)
            if place not in self.numbers:
                self.numbers[place] = len(self.quotes) + 1
                found = self.passages[n - 1].member_at(start, end)
                self.quotes.append(Quote(len(self.quotes) + 1, *found, end > start, shown=n))
            self.known[n, claim] = self.numbers[place]
        return self.known[n, claim]

    def support(self, n: int, claim: str) -> tuple[int, int] | None:
        source = self.sources[n - 1]
        for quoted in QUOTED.findall(claim):
            if found := source.find(quoted):
                return found
        return source.support(claim)


def context(passage: Found) -> str:
    """What a reader of the passage knows beside its text."""
    parts = (passage.title, passage.document, passage.headings, passage.date, passage.collection)
    return "\n".join(parts)


def without_marks(text: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """The text without its marks, and for each where it stood and the numbers it names."""
    code = [match.span() for match in CODE.finditer(text)]
    begins = [start for start, _ in code]
    pieces, marks, done, length = [], [], 0, 0
    for match in MARK.finditer(text):
        inside = bisect_right(begins, match.end()) - 1
        if inside >= 0 and match.end() <= code[inside][1]:
            continue
        pieces.append(text[done : match.start()])
        length += match.start() - done
        done = match.end()
        shown = named(match.group(1) or match.group(2))
        if marks and marks[-1][0] == length:
            marks[-1][1].extend(shown)
        else:
            marks.append((length, shown))
    return "".join([*pieces, text[done:]]), marks


def named(listed: str) -> list[int]:
    """The numbers that a mark names: 1, 2 and 4-6 give 1, 2, 4, 5, 6."""
    found: list[int] = []
    for first, last in re.findall(r"(\d+)(?:\s*[-–]\s*(\d+))?", listed):
        found += range(int(first), min(int(last or first), int(first) + MOST) + 1)
    return found[:MOST]


class Claims:
    """The sentences of an answer without its marks."""

    def __init__(self, text: str):
        self.text = text
        self.spans = sentences.split(text)
        self.starts = [start for start, _ in self.spans]
        self.known: dict[tuple[int, bool], str] = {}

    def at(self, place: int) -> str:
        """The sentence that a mark belongs to: the one before it, at a line's start the next."""
        begin = self.text.rfind("\n", 0, place) + 1
        opens = OPENING.fullmatch(self.text, begin, place) is not None
        anchor = place if opens else begin + len(self.text[begin:place].rstrip()) - 1
        index = bisect_right(self.starts, anchor) - 1
        if opens and (index < 0 or self.spans[index][1] <= anchor):
            index += 1
        if (index, opens) not in self.known:
            self.known[index, opens] = self.claim(index, 1 if opens else -1)
        return self.known[index, opens]

    def claim(self, index: int, neighbour: int) -> str:
        """Sentence `index`; together with its neighbour where it says nothing alone ("Yes.")."""
        if not 0 <= index < len(self.spans):
            return ""
        text = self.text[slice(*self.spans[index])]
        claim = text[OPENING.match(text).end() :]
        if len(tokens(claim)) < 2 and 0 <= index + neighbour < len(self.spans):
            first, last = sorted((index, index + neighbour))
            claim = self.text[self.spans[first][0] : self.spans[last][1]]
        return claim.replace("*", "").strip()
