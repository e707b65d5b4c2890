"""Two texts compared line by line, and the lines that changed word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from typing import Literal

# What did not change is shown so many lines before and after what did.
AROUND = 2
# Longer texts are compared up to here.
LONGEST = 20_000
# Two lines are one that changed where at least this part of their words is the same.
ALIKE = 0.5
# A line looks for its partner among so many; beyond so many lines in one place, among none.
WINDOW = 8
MANY = 400
# A longer line, as a wide table row, is marked as a whole.
LONGEST_LINE = 3_000
TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Part:
    """A run of characters of a line; `marked` where the other text does not have it."""

    text: str
    marked: bool = False


Line = list[Part]


@dataclass(slots=True)
class Hunk:
    """Lines that stand together.

    Those of "same" stand in both lists. "changed" is one line of each, with marks. `hidden` counts
    lines that are the same and not shown.
    """

    kind: Literal["same", "removed", "added", "changed"]
    old: list[Line]
    new: list[Line]
    hidden: int = 0


def compare(old: list[str], new: list[str]) -> list[Hunk]:
    """What changed from `old` to `new`, in order; of texts of any length, the first 20,000 lines.

    Empty where nothing did.
    """
    old, new = old[:LONGEST], new[:LONGEST]
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > MANY)
    found: list[Hunk] = []
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            found.append(Hunk("same", plain(old[i:i_end]), plain(new[j:j_end])))
        else:
            found += replaced(old[i:i_end], new[j:j_end])
    if all(hunk.kind == "same" for hunk in found):
        return []
    last = len(found) - 1
    return [part for place, hunk in enumerate(found) for part in shortened(hunk, place, last)]


def plain(lines: list[str]) -> list[Line]:
    return [[Part(line)] for line in lines]


def shortened(hunk: Hunk, place: int, last: int) -> Iterator[Hunk]:
    """A long run of the same lines shows only those beside a change."""
    before, after = AROUND if place > 0 else 0, AROUND if place < last else 0
    hidden = len(hunk.new) - before - after
    if hunk.kind != "same" or hidden < 2:
        yield hunk
        return
    if before:
        yield Hunk("same", hunk.old[:before], hunk.new[:before])
    yield Hunk("same", [], [], hidden)
    if after:
        yield Hunk("same", hunk.old[-after:], hunk.new[-after:])


def replaced(old: list[str], new: list[str]) -> Iterator[Hunk]:
    """Lines in the place of others: alike ones in pairs, the rest removed and added."""
    i = j = 0
    for partner, other in pairs(old, new):
        yield from apart(old[i:partner], new[j:other])
        yield changed(old[partner], new[other])
        i, j = partner + 1, other + 1
    yield from apart(old[i:], new[j:])


def apart(old: list[str], new: list[str]) -> Iterator[Hunk]:
    if old:
        yield Hunk("removed", plain(old), [])
    if new:
        yield Hunk("added", [], plain(new))


def pairs(old: list[str], new: list[str]) -> Iterator[tuple[int, int]]:
    """The places of lines that are one line before and after, in order."""
    if not old or not new or len(old) + len(new) > MANY:
        return
    words = [set(line.split()) for line in new]
    j = 0
    for i, line in enumerate(old):
        alike = partial(dice, set(line.split()))
        near = range(j, min(j + WINDOW, len(new)))
        best = max(near, key=lambda place: alike(words[place]), default=None)
        if best is not None and alike(words[best]) >= ALIKE:
            yield i, best
            j = best + 1


def dice(old: set[str], new: set[str]) -> float:
    """The part of their words that two lines share, 0 to 1 (Dice's coefficient)."""
    return 2 * len(old & new) / (len(old) + len(new) or 1)


def changed(old: str, new: str) -> Hunk:
    """One line before and after, with marks on the words that differ."""
    if len(old) + len(new) > LONGEST_LINE:
        return Hunk("changed", [[Part(old, True)]], [[Part(new, True)]])
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    sides: tuple[Line, Line] = ([], [])
    for tag, i, i_end, j, j_end in codes:
        for side, tokens in zip(sides, (before[i:i_end], after[j:j_end]), strict=True):
            join(side, "".join(tokens), tag != "equal")
    return Hunk("changed", [sides[0]], [sides[1]])


def join(line: Line, text: str, marked: bool) -> None:
    """Adds to a line; two marked runs with a space alone between them become one."""
    if not text:
        return
    if marked and len(line) > 1 and line[-2].marked and not line[-1].text.strip():
        text = line[-2].text + line[-1].text + text
        del line[-2:]
    line.append(Part(text, marked))
