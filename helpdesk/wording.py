"""What keeps a strict engine to the letter of the sentences that it was given to repeat.

A small model slips where the same words stand in two places: it goes on at the wrong one, says a
piece twice or leaves one out. Its answer is passed on as long as it is to the letter; a sentence
that says nothing but its source's words, and not as they stand there, is set right.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import pairwise

from helpdesk.citations import OPENING
from knowledge import sentences

# Of the neighbouring words of a slip, this share are neighbours in the line that it was to be, and
# this where it begins as the line goes on; there are so many of them at least. What says less, or
# something else, is no slip.
NEAR, NEAR_BEGUN, PAIRS = 0.8, 0.6, 4
# What comes before a sentence that is said to the letter leads in to it where it says less of it.
LEADS_IN = 0.5
# A slip that is so many characters longer than the longest line finds no end by itself.
ROOM = 200

MARK = re.compile(r"[ \t]*\[(\d{1,2})\]")
SIGN = re.compile(r"\w+|[^\w\s*`]")
WORD = re.compile(r"\w+")


class Line:
    """A sentence that is to be repeated: it may be several, or a table's row."""

    def __init__(self, number: int, text: str):
        self.number, self.text = number, text
        found = list(SIGN.finditer(text))
        self.signs = [sign.group() for sign in found]
        self.starts = [sign.start() for sign in found]
        self.pairs = frozenset(pairs(text))

    def begins(self, signs: Sequence[str]) -> bool:
        return self.signs[: len(signs)] == signs

    def share(self, text: str) -> float:
        """Of the neighbouring words of `text`, the share that are neighbours here; 0 of few."""
        said = pairs(text)
        return sum(p in self.pairs for p in said) / len(said) if len(said) >= PAIRS else 0.0

    def slipped(self, told: Sequence[str], text: str) -> bool:
        """Whether `text`, behind what was told of this line, was to be the rest of it."""
        first = SIGN.findall(text)[:PAIRS]
        begun = self.signs[len(told) : len(told) + PAIRS] == first
        return self.begins(told) and self.share(text) >= (NEAR_BEGUN if begun else NEAR)

    def led_in(self, told: Sequence[str], signs: list[str]) -> list[str]:
        """The next sentence where `signs` end with it, behind words of another's; else nothing."""
        sentence = self.next_sentence(told) if self.begins(told) else []
        before, end = signs[: -len(sentence)], signs[-len(sentence) :]
        whole = len(sentence) >= PAIRS and same(end, sentence)
        return sentence if whole and self.share(" ".join(before)) < LEADS_IN else []

    def after(self, signs: Sequence[str]) -> str:
        """What is still to be said of it, with its mark."""
        return f"{self.rest(signs)} [{self.number}]".lstrip()

    def rest(self, signs: Sequence[str]) -> str:
        if not signs:
            return self.text
        return self.text[self.starts[len(signs)] :] if len(signs) < len(self.signs) else ""

    def next_sentence(self, signs: Sequence[str]) -> list[str]:
        """The signs of the sentence that comes after `signs`."""
        rest = self.rest(signs)
        spans = sentences.split(rest)
        return SIGN.findall(rest[slice(*spans[0])]) if spans else []


class Wording:
    """Passes on an answer, sentence by sentence, and sets right what slips.

    `lines` are the sentences as a model was shown them, without their marks, and `strays` tells
    whether a text holds what no source does. `restored` counts the lines that were set right, and
    `over` says that the answer is at its end.
    """

    def __init__(self, lines: Sequence[str], strays: Callable[[str], bool] = lambda text: False):
        self.lines = [Line(number, text) for number, text in enumerate(lines, 1)]
        self.room = ROOM + max(map(len, lines), default=0)
        self.strays, self.held, self.slipped = strays, "", ""
        # The signs of the line that is being said, as far as it was passed on.
        self.told: list[str] = []
        self.restored, self.over = 0, False

    async def watch(self, pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        """The pieces that may be passed on, the last of them when the answer is over."""
        async for piece in pieces:
            if passed := self.take(piece):
                yield passed
            if self.over:
                return
        if passed := self.take("", last=True):
            yield passed

    def take(self, piece: str, last: bool = False) -> str:
        """What may be passed on of the text so far."""
        self.held += piece
        *whole, self.held = segments(self.held)
        passed = "".join(map(self.passed, whole))
        if last:
            passed += self.passed(self.held)
            self.held = ""
        if last or len(self.slipped) + len(self.held) > self.room:
            passed += self.ended()
        return passed

    def passed(self, segment: str) -> str:
        """What is passed on of a sentence or of what stands before a mark."""
        mark = MARK.search(segment)
        number = int(mark.group(1)) if mark else 0
        if self.slipped:
            self.slipped += segment
            return self.resolved(number) if number else ""
        bare = MARK.sub("", segment)
        signs = SIGN.findall(bare)
        if not signs:
            self.told = [] if number else self.told
            return segment
        if found := self.to_the_letter(bare, signs, number):
            line, self.told = found
            return self.said(line, segment, number)
        if any(line.slipped(self.told, bare) for line in self.lines):
            self.slipped = segment
            return self.resolved(number) if number else ""
        self.told = []
        return segment

    def to_the_letter(
        self, bare: str, signs: list[str], number: int
    ) -> tuple[Line, list[str]] | None:
        """The line that is said to the letter up to here, with its signs; the marked one first."""
        inner = SIGN.findall(bare[OPENING.match(bare).end() :])
        order = sorted(self.lines, key=lambda line: line.number != number)
        for line in order:
            for said in (signs, inner):
                if said and line.begins(self.told + said):
                    return line, self.told + said
        led_in = ((line, line.led_in(self.told, signs)) for line in order)
        return next(((line, self.told + found) for line, found in led_in if found), None)

    def said(self, line: Line, segment: str, number: int) -> str:
        """A segment to the letter, and what its line still lacks where it is marked as whole."""
        told = self.told
        if not number:
            return segment
        self.told = []
        if line.number != number or len(told) == len(line.signs):
            return segment
        self.restored += 1
        return f"{MARK.sub('', segment).rstrip()} {line.after(told)}"

    def resolved(self, number: int) -> str:
        """What has slipped, set right where it was to be the line of this number."""
        text, self.slipped = self.slipped, ""
        told, self.told = self.told, []
        bare = MARK.sub("", text)
        line = next((line for line in self.lines if line.number == number), None)
        if line and line.slipped(told, bare) and not self.strays(bare):
            self.restored += 1
            return text[: len(text) - len(text.lstrip())] + line.after(told)
        return text

    def ended(self) -> str:
        """Where a slip finds no end: its line, and those that were to come after it."""
        text, self.slipped, self.held = self.slipped + self.held, "", ""
        told, self.told = self.told, []
        line = next((line for line in self.lines if line.slipped(told, text)), None)
        # Its last word may be half of one.
        if line is None or self.strays(text.rpartition(" ")[0]):
            return text
        rest = [line.after(told), *(one.after([]) for one in self.lines[line.number :])]
        self.restored += len(rest)
        self.over = True
        return " ".join(rest)


def set_right(
    text: str, lines: Sequence[str], strays: Callable[[str], bool] = lambda text: False
) -> str:
    """A whole answer as it is passed on."""
    wording = Wording(lines, strays)
    return wording.take(text) + ("" if wording.over else wording.take("", last=True))


def segments(text: str) -> list[str]:
    """The text in pieces that end with a sentence or behind a mark; the last may go on."""
    marks = [mark.span() for mark in MARK.finditer(text)]
    bare = MARK.sub(lambda mark: " " * len(mark.group()), text)
    cuts = {start for start, _ in sentences.split(bare)} | {end for _, end in marks}
    order = sorted(cuts - {0, len(text)} | {0})
    return [text[start:end] for start, end in pairwise([*order, len(text)])]


def pairs(text: str) -> list[tuple[str, str]]:
    return list(pairwise(WORD.findall(text.casefold())))


def same(signs: Sequence[str], others: Sequence[str]) -> bool:
    """Whether the signs are the same, in whatever case."""
    return [sign.casefold() for sign in signs] == [other.casefold() for other in others]
