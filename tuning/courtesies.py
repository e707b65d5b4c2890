"""Pure: what a house says around its answers, found as what many of its answers share."""

from collections import Counter
from collections.abc import Sequence

from helpdesk import prompts, support

# The share of the answers from which on a sentence is the house's own way, and how many at least.
SHARE, LEAST = 0.05, 3


def of(answers: Sequence[str]) -> str:
    """The sentences that need no source, one a line: those that many of `answers` have alike.

    A fact may be asked for again and again: what stands beside a mark [n] is none of them.
    """
    counted: Counter[str] = Counter()
    written: dict[str, str] = {}
    for answer in answers:
        alike = {prompts.plain(said): said for said in uncited(answer)}
        counted.update(alike.keys())
        written |= alike
    least = max(LEAST, SHARE * len(answers))
    return "\n".join(written[one] for one, count in counted.most_common() if one and count >= least)


def uncited(answer: str) -> list[str]:
    """The sentences of an answer that no mark follows, each on one line."""
    bare, found = support.without_marks(answer), []
    spans = support.sentences.split(bare)
    ends = [start for start, _ in spans[1:]] + [len(answer)]
    for (start, end), after in zip(spans, ends, strict=True):
        if not support.MARK.search(answer[start:after]):
            found.append(" ".join(bare[start:end].split()))
    return found
