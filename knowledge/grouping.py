"""Pure: neighbours among the passages found become one, which leaves a place for another."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge.found import SEAM, Found, Sentence

# So many passages beyond the limit may join those within it. Five places then hold seven passages
# at most, about 3,600 characters on average: within the 4,200 that evaluation compares at.
MORE = 2
# No passage that is shown is made of more.
MOST_MEMBERS = 3


def grouped(ranked: Sequence[Found], limit: int) -> list[Found]:
    """The first `limit` places of `ranked`, neighbours in a version sharing one, the best first."""
    groups: list[list[Found]] = []
    for found in ranked:
        home = next((group for group in groups if belongs(found, group)), None)
        if home is not None:
            home.append(found)
        elif len(groups) < limit:
            groups.append([found])
    return [joined(group) for group in groups]


def belongs(found: Found, group: Sequence[Found]) -> bool:
    """Whether a passage stands directly before or behind one of a group that has room."""
    return len(group) < MOST_MEMBERS and any(
        found.version_id == other.version_id and abs(found.ordinal - other.ordinal) == 1
        for other in group
    )


def joined(group: Sequence[Found]) -> Found:
    """The first of a group, the best, with the text of all in the document's order."""
    if len(group) == 1:
        return group[0]
    members = sorted(group, key=lambda found: found.ordinal)
    sentences: list[Sentence] = []
    starts: list[tuple[int, int]] = []
    offset = 0
    for member in members:
        sentences += [
            Sentence(one.start + offset, one.end + offset, one.similarity)
            for one in member.sentences
        ]
        starts += [(start + offset, page) for start, page in member.page_starts]
        offset += len(member.text) + len(SEAM)
    return replace(
        group[0],
        headings=members[0].headings,
        text=SEAM.join(member.text for member in members),
        similarity=max(member.similarity for member in members),
        sentences=tuple(sentences),
        page_starts=tuple(starts),
        members=tuple(members),
    )
