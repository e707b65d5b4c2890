"""Which questions a document answered: those whose answers cite it."""

from django.db.models import Max, Min, OuterRef, Subquery

from helpdesk.models import Citation, Message
from knowledge import uses


def answers(document, since=None):
    """The answers that cite `document`, each with its question's text; the last first."""
    cited = Citation.objects.filter(version__document=document).values("message")
    asked = Message.objects.filter(
        conversation=OuterRef("conversation"), role=Message.Role.USER, pk__lt=OuterRef("pk")
    ).order_by("-pk")
    found = Message.objects.filter(pk__in=cited).annotate(
        question=Subquery(asked.values("text")[:1])
    )
    return (found.filter(created_at__gte=since) if since else found).order_by("-created_at", "-pk")


class Uses:
    """What the help desk tells of a document's use; see knowledge.uses.Source."""

    def uses(self, document, first, count):
        found = list(
            answers(document).values("pk", "question", "created_at")[first : first + count]
        )
        places = cited(document, [one["pk"] for one in found])
        return [
            uses.Use(one["question"] or "", one["created_at"], *places[one["pk"]]) for one in found
        ]

    def count(self, document, since=None):
        return answers(document, since).count()


def cited(document, messages: list[int]) -> dict[int, tuple[int, int | None]]:
    """By answer: the number of the document's version that it cites, and the first page of it."""
    rows = (
        Citation.objects.filter(message__in=messages, version__document=document)
        .order_by()
        .values("message")
        .annotate(number=Max("version__number"), first_page=Min("page"))
    )
    return {row["message"]: (row["number"], row["first_page"]) for row in rows}
