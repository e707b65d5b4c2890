"""The inbox of feedback: which of it is listed, and what staff see of one."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse

from helpdesk import rendering
from helpdesk.days import midnight
from helpdesk.explaining import may_explain
from helpdesk.models import Citation, Feedback, Message
from helpdesk.thread import ENGINE_LABELS
from knowledge.models import Version

OPEN = "open"


def listed(user):
    """What `user` may read of the feedback, each with its question's text; the last first."""
    asked = Message.objects.filter(
        conversation=OuterRef("message__conversation"),
        role=Message.Role.USER,
        pk__lt=OuterRef("message"),
    )
    question = Subquery(asked.order_by("-pk").values("text")[:1])
    found = Feedback.objects.visible_to(user).annotate(question=question)
    return found.select_related("message", "user", "handled_by")


def chosen(found, verdict="", state="", reason="", engine="", collection=None, **days):
    """Those of `found` that an InboxForm asks for."""
    if verdict:
        found = found.filter(verdict=verdict)
    if state:
        found = found.filter(state__in=Feedback.OPEN if state == OPEN else [state])
    if reason:
        found = found.filter(reasons__contains=[reason])
    if engine:
        found = found.filter(engine=engine)
    if collection:
        cited = Citation.objects.filter(version__document__collection=collection)
        found = found.filter(Exists(cited.filter(message=OuterRef("message"))))
    if first := days.get("first"):
        found = found.filter(created_at__gte=midnight(first))
    if last := days.get("last"):
        found = found.filter(created_at__lt=midnight(last + timedelta(days=1)))
    return found


def engines(user) -> list[tuple[str, str]]:
    """What gave the answers that `user` reads feedback on, with what people call it."""
    names = Feedback.objects.visible_to(user).exclude(engine="").order_by("engine")
    found = names.values_list("engine", flat=True).distinct()
    return [(name, ENGINE_LABELS.get(name, name)) for name in found]


def answer(message, user) -> dict:
    """The answer as staff see it: its marks are plain, its sources lead to the documents."""
    seen = Version.objects.visible_to(user)
    cited = message.citations.filter(version__in=seen).select_related("version__document")
    return {
        "pk": message.pk,
        "explained": may_explain(user),
        "html": rendering.html(message.text, {}, pending=True),
        "engine": ENGINE_LABELS.get(message.engine, message.engine),
        "sources": [
            {
                "number": one.number,
                "title": str(one.version.document),
                "page": one.page,
                "quote": one.quote if one.verified else "",
                "url": place(one),
            }
            for one in cited
        ],
    }


def place(citation) -> str:
    """The page of the cited version."""
    page = f"?page={citation.page}" if citation.page else ""
    return reverse("version", args=[citation.version_id]) + page
