"""Pure: from the passages found to the places shown, which ought to differ from each other.

What adds little to what is shown already counts less, after the maximal marginal relevance of
Carbonell and Goldstein (1998); and neighbours become one, which leaves a place for another.
"""

from collections.abc import Sequence
from dataclasses import replace

from knowledge.found import SEAM, Found, Sentence

# So many passages beyond the limit may join those within it. Five places then hold eight passages
# at most, about 3,700 characters on average: within the 4,200 that evaluation compares at.
MORE = 3
# No passage that is shown is made of more.
MOST_MEMBERS = 3
# What a passage's score loses for each better one on its page or the pages beside it.
SAME_PAGE = 0.1


def places(candidates: Sequence[tuple[Found, float]], limit: int) -> list[Found]:
    """The `limit` best places out of all candidates, each of which comes with its score."""
    return grouped(spread(candidates, limit + MORE), limit)


def spread(candidates: Sequence[tuple[Found, float]], count: int) -> list[Found]:
    """The `count` best, each judged beside those before it."""
    left, chosen = list(candidates), []
    while left and len(chosen) < count:
        marginal = [score - SAME_PAGE * crowded(found, chosen) for found, score in left]
        chosen.append(left.pop(marginal.index(max(marginal)))[0])
    return chosen


def crowded(found: Found, chosen: Sequence[Found]) -> int:
    """How many of the chosen stand on the passage's page or one beside it."""
    if found.page is None:
        return 0
    return sum(
        other.version_id == found.version_id
        and other.page is not None
        and abs(other.page - found.page) <= 1
        for other in chosen
    )


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
    """Whether a passage stands beside one of a group that has room, or on the same page."""
    return len(group) < MOST_MEMBERS and any(
        found.version_id == other.version_id
        and (abs(found.ordinal - other.ordinal) == 1 or found.page == other.page is not None)
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
