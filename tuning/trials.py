"""How engines fare with people since a moment: thumbs, and citations that hold."""

from dataclasses import dataclass

from django.db.models import Count, Q

from helpdesk.models import Citation, Feedback, Message


@dataclass(frozen=True, slots=True)
class Fared:
    """What came of the answers of one engine."""

    engine: str
    answers: int = 0
    up: int = 0
    down: int = 0
    citations: int = 0
    verified: int = 0
    replaced: int = 0

    @property
    def down_share(self) -> float:
        """Thumbs down, of all answers."""
        return self.down / self.answers if self.answers else 0.0

    @property
    def unverified_share(self) -> float:
        return 1 - self.verified / self.citations if self.citations else 0.0


def fared(engine: str, since) -> Fared:
    """How the engine of this label has fared since then."""
    answers = Message.objects.filter(
        role=Message.Role.ASSISTANT, engine=engine, created_at__gte=since
    ).order_by()
    thumbs = Feedback.objects.filter(message__in=answers).order_by()
    cited = Citation.objects.filter(message__in=answers).order_by()
    verdicts = thumbs.aggregate(
        up=Count("pk", filter=Q(verdict=Feedback.Verdict.UP)),
        down=Count("pk", filter=Q(verdict=Feedback.Verdict.DOWN)),
    )
    citations = cited.aggregate(citations=Count("pk"), right=Count("pk", filter=Q(verified=True)))
    counted = answers.aggregate(
        all=Count("pk"), replaced=Count("pk", filter=Q(verification__replaced=True))
    )
    return Fared(
        engine,
        counted["all"],
        verdicts["up"],
        verdicts["down"],
        citations["citations"],
        citations["right"],
        counted["replaced"],
    )
