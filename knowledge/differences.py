"""What changed from one version of a document to another, for a page."""

from knowledge.comparing import LONGEST, Hunk, compare
from knowledge.models import Version
from knowledge.passage_text import CELLS, plain
from knowledge.sentences import split
from knowledge.sources import sections, shown

BULLET = "• "


def differences(old: Version, new: Version) -> list[Hunk]:
    """The hunks from `old` to `new`, in order; empty where their texts are the same."""
    return compare(lines(old), lines(new))


def lines(version: Version) -> list[str]:
    """A version's text, a line for each heading, sentence, list item and table row.

    So it does not matter where its passages begin and end.
    """
    found: list[str] = []
    for section in sections(shown(version), None, 0, 0):
        found += section.headings
        for block in section.blocks:
            found += lines_of(block)
        if len(found) > LONGEST:
            break
    return found


def lines_of(block) -> list[str]:
    rows = [CELLS.join(plain(row)) for row in block.rows]
    if block.kind == "list":
        return [BULLET + row for row in rows]
    if block.kind == "paragraph":
        return [row[start:end] for row in rows for start, end in split(row)]
    return rows
