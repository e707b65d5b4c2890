"""Blind votes: two answers to one question, in an order of chance, and nobody says whose."""

from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Count, Q

from tuning.errors import TuningError
from tuning.models import Evaluation, Reply, Vote

# What is pressed, and whether the answer on that side was found better.
CHOICES = {"a": 1, "b": -1, "=": 0}


@dataclass(frozen=True, slots=True)
class Ballot:
    """Two replies to one question as one person sees them; `swapped`: the candidate's is B."""

    candidate: Reply
    other: Reply
    swapped: bool

    @property
    def first(self) -> Reply:
        return self.other if self.swapped else self.candidate

    @property
    def second(self) -> Reply:
        return self.candidate if self.swapped else self.other

    def cast(self, by, choice: str) -> None:
        """Counts a vote; a second one of the same person takes its place."""
        if choice not in CHOICES:
            raise TuningError(f"no such choice: {choice[:10]}")
        better = CHOICES[choice] * (-1 if self.swapped else 1)
        values = {"other": self.other, "better": better}
        Vote.objects.update_or_create(candidate=self.candidate, by=by, defaults=values)


def ballot(evaluation: Evaluation, by, reply: int | None = None) -> Ballot | None:
    """The next pair of answers that `by` has not judged, or the named one; None where all are.

    Answers that are the same are left out: there is nothing to choose.
    """
    # Against what answers today where that is known, else against the base.
    others = evaluation.replies.exclude(side=Reply.Side.CANDIDATE).order_by("-side")
    against = {one.example_id: one for one in others}
    mine = evaluation.replies.filter(side=Reply.Side.CANDIDATE).select_related("example")
    mine = mine.filter(pk=reply) if reply else mine.exclude(votes__by=by)
    for one in mine:
        other = against.get(one.example_id)
        if other and other.text != one.text:
            return Ballot(one, other, chance(one, by))
    return None


def chance(reply: Reply, by) -> bool:
    """The same for one person and one question, however often the page is loaded."""
    return sha256(f"{reply.pk}/{by.pk}".encode()).digest()[0] % 2 == 1


def tally(evaluation: Evaluation) -> dict[str, int]:
    """How the votes stand."""
    return Vote.objects.filter(candidate__evaluation=evaluation).aggregate(
        wins=Count("pk", filter=Q(better=1)),
        losses=Count("pk", filter=Q(better=-1)),
        ties=Count("pk", filter=Q(better=0)),
        people=Count("by", distinct=True),
    )
