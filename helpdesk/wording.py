"""What keeps a strict engine to the letter of the sentences that it was given to repeat.

A small model slips where the same words stand in two places: it goes on at the wrong one, says a
piece twice or leaves one out. Its answer is passed on as long as it is to the letter; a sentence
that says nothing but its source's words, and not as they stand there, is set right, and so is a
greeting or a closing with a slip. What holds a figure or a name that no source has is left to the
guard.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from helpdesk import prompts
from helpdesk.citations import OPENING
from helpdesk.prompts import NUMBERED
from helpdesk.repeated import SIGN, Line
from helpdesk.support import blank
from knowledge import sentences

# A sentence as like a courtesy as this was to be that one (the ratio of difflib).
LIKE = 0.75
# A slip that is so many characters longer than the longest line finds no end by itself.
ROOM = 200


class Wording:
    """Passes on an answer, sentence by sentence, and sets right what slips.

    `lines` are the sentences as a model was shown them, without their marks, and `strays` tells
    whether a text holds what no source does. `courtesies` are sentences that are said around them,
    one a line. `restored` counts what was set right, and `over` says that the answer is at its end.
    """

    def __init__(
        self,
        lines: Sequence[str],
        strays: Callable[[str], bool] = lambda text: False,
        courtesies: str = "",
    ):
        self.lines = [Line(number, text) for number, text in enumerate(lines, 1)]
        self.unsaid = {prompts.plain(text): text for text in courtesies.splitlines()}
        self.courtesies = dict(self.unsaid)
        self.room = ROOM + max(map(len, lines), default=0)
        self.strays, self.held, self.slipped = strays, "", ""
        # The numbers of the lines that were said and marked.
        self.done: set[int] = set()
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
        mark = NUMBERED.search(segment)
        number = int(mark.group(1)) if mark else 0
        if self.slipped:
            self.slipped += segment
            return self.resolved(number) if number else ""
        bare = NUMBERED.sub("", segment)
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
        return segment if number else self.courteous(segment)

    def courteous(self, segment: str) -> str:
        """A sentence beside the lines; set right where it was to be a courtesy."""
        text, said = segment.strip(), prompts.plain(segment)
        if said not in self.courtesies:
            like = max(self.courtesies.values(), key=lambda one: alike(text, one), default="")
            if alike(text, like) < LIKE:
                return segment
            segment, said = segment.replace(text, like), prompts.plain(like)
            self.restored += 1
        self.unsaid.pop(said, None)
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
        if line.number != number:
            return segment
        self.done.add(number)
        if len(told) == len(line.signs):
            return segment
        self.restored += 1
        return f"{NUMBERED.sub('', segment).rstrip()} {line.after(told)}"

    def resolved(self, number: int) -> str:
        """What has slipped, set right where it was to be the line of this number."""
        text, self.slipped = self.slipped, ""
        told, self.told = self.told, []
        bare = NUMBERED.sub("", text)
        line = next((line for line in self.lines if line.number == number), None)
        if line and line.slipped(told, bare) and not self.strays(bare):
            self.restored += 1
            self.done.add(number)
            return text[: len(text) - len(text.lstrip())] + line.after(told)
        return text

    def ended(self) -> str:
        """Where a slip finds no end: its line, those that were to come after it, and the closing.

        None comes twice. The closing is the courtesy that alone is still unsaid.
        """
        text, self.slipped, self.held = self.slipped + self.held, "", ""
        told, self.told = self.told, []
        line = next((line for line in self.lines if line.slipped(told, text)), None)
        # Its last word may be half of one.
        if line is None or self.strays(text.rpartition(" ")[0]):
            return text
        self.restored += 1
        self.over = True
        left = (one for one in self.lines[line.number - 1 :] if one.number not in self.done)
        rest = " ".join(one.after(told if one is line else []) for one in left)
        closing = list(self.unsaid.values()) if len(self.courtesies) > len(self.unsaid) == 1 else []
        return "\n\n".join([rest, *closing])


def set_right(text: str, lines: Sequence[str], *others) -> str:
    """A whole answer as it is passed on; `others` are a Wording's."""
    wording = Wording(lines, *others)
    return wording.take(text) + ("" if wording.over else wording.take("", last=True))


def alike(text: str, other: str) -> float:
    """How like two sentences are, from 0 to 1."""
    return SequenceMatcher(None, text, other, autojunk=False).ratio()


def segments(text: str) -> list[str]:
    """The text in pieces that end with a sentence or behind a mark; the last may go on."""
    marks = [mark.span() for mark in NUMBERED.finditer(text)]
    bare = NUMBERED.sub(blank, text)
    cuts = {start for start, _ in sentences.split(bare)} | {end for _, end in marks}
    order = sorted(cuts - {0, len(text)} | {0})
    return [text[start:end] for start, end in pairwise([*order, len(text)])]
