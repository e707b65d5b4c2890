"""Where the sentences of a text begin and end."""

import re

# A full stop after these ends no sentence, and neither does one after a single capital letter.
ABBREVIATIONS = frozenset(
    """
    mr mrs ms dr prof sr jr st vs etc eg ie e.g i.e al fig no nos sec art para approx dept est inc
    ltd co corp vol pp ed cf ca max min incl excl tel ext ref z.b d.h u.a bzw ggf inkl
    """.split()
)
# Tried once a run of marks, without giving back: the leaders of a table of contents cost no time.
BOUNDARY = re.compile(
    r"""(?<![.!?…])[.!?…]++["'”’»)\]]*+\s++(?=["'“‘«(\[]*+[A-Z0-9À-ÖØ-ÞА-Я])|[。！？]\s*|\n+"""
)
LAST_WORD = re.compile(r"([\w.]+)\.[\"'”’»)\]]*\s*$")


def ends_sentence(text: str) -> bool:
    """Whether `text`, which ends in a full stop and space, is over, and no abbreviation."""
    last = LAST_WORD.search(text)
    if last is None:
        return True
    word = last.group(1)
    numbered = word.isdigit() and len(word) < 3 and not text[: last.start()].strip()
    initial = len(word) == 1 and word.isupper()
    return not (numbered or initial or word.lower() in ABBREVIATIONS)


def split(text: str) -> list[tuple[int, int]]:
    """The sentences of `text` as (start, end) offsets, without the space around them."""
    found, start = [], 0
    for boundary in BOUNDARY.finditer(text):
        newline = "\n" in boundary.group()
        if newline or ends_sentence(text[max(start, boundary.end() - 60) : boundary.end()]):
            found.append((start, boundary.end()))
            start = boundary.end()
    found.append((start, len(text)))
    trimmed = (trim(text, *sentence) for sentence in found)
    return [(start, end) for start, end in trimmed if start < end]


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The offsets without the white space at both ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
