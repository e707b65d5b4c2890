"""A conversation as it is shown: plain values, and the fragments of one answer."""

from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils.dateparse import parse_date

from helpdesk import records, rendering
from helpdesk.explaining import may_explain
from helpdesk.models import Conversation, Feedback, Message
from helpdesk.rendering import Link

ENGINE_LABELS = {"quotes": "Quoted from the documents"}


def messages(conversation: Conversation, user, since: int = 0) -> list[dict]:
    """The messages from `since` on, as `user` may read them today."""
    records.cut_off_the_dead(conversation)
    rows = conversation.messages.filter(pk__gte=since)
    hidden = records.withheld(rows, user)
    mine = Prefetch("feedback", Feedback.objects.given_by(user))
    cited = rows.prefetch_related("citations__version__document", mine)
    shown, question = [], ""
    for message in cited:
        if message.role == Message.Role.USER:
            question = message.text
            shown.append({"pk": message.pk, "role": message.role, "text": message.text})
        else:
            one = answer(message, question, message.pk in hidden)
            shown.append(one | {"explained": may_explain(user)})
    return shown


def answer(message: Message, question: str, hidden: bool) -> dict:
    """One answer; of a `hidden` one nothing but that it is."""
    known = {"pk": message.pk, "role": message.role, "status": message.status, "question": question}
    if hidden:
        return known | {"withheld": True}
    sources = [source(citation) for citation in message.citations.all()]
    links = {one["number"]: Link(one["url"], one["label"]) for one in sources}
    running = message.status == Message.Status.ANSWERING
    checked = message.verification
    doubted = checked.get("unsupported", [])
    shown = rendering.html(message.text, links, running, doubted, checked.get("links", []))
    return known | {
        "html": shown,
        "unsupported": len(doubted),
        "conflict": conflict(checked.get("conflict", []), sources),
        "sources": sources,
        "abstained": message.abstained,
        "note": message.note,
        "error": message.error,
        "engine": ENGINE_LABELS.get(message.engine, message.engine),
        "rated": rated(message),
        "feedback": next(iter(message.feedback.all()), None),
    }


def rated(message: Message) -> bool:
    """Whether people are asked what they think of this answer."""
    return message.status in (Message.Status.DONE, Message.Status.CUT_OFF) and bool(message.text)


def conflict(sides: list, sources: list[dict]) -> list[dict]:
    """The sources that differ, each with its document's date; none where one is gone."""
    by_number = {one["number"]: one for one in sources}
    found = [
        by_number[number] | {"date": parse_date(day)}
        for number, day in sides
        if number in by_number
    ]
    return found if len(found) == len(sides) else []


def source(citation) -> dict:
    """One line of an answer's list of sources."""
    title = str(citation.version.document)
    place = f"{title}, page {citation.page}" if citation.page else title
    return {
        "number": citation.number,
        "title": title,
        "page": citation.page,
        "quote": citation.quote if citation.verified else "",
        "url": citation.get_absolute_url(),
        "label": f"Source {citation.number}: {place}",
    }


def begun(job: records.Job, status: str) -> str:
    """The fragment that puts a question and its empty answer at the thread's end."""
    asked = {"pk": job.question_id, "role": "user", "text": job.question}
    answer = {"pk": job.answer_id, "role": "assistant", "status": "answering", "activity": status}
    return render_to_string("helpdesk/begun.html", {"thread": [asked, answer]})


def changed(answer_id: int, text: str, status: str, trouble: str = "") -> str:
    """The fragment that brings a running answer up to date; it holds the whole of what has come.

    So a lost one leaves no gap, and one that comes twice doubles nothing.
    """
    html = rendering.html(text, {}, pending=True)
    shown = {"pk": answer_id, "html": html, "activity": status, "trouble": trouble}
    return render_to_string("helpdesk/changed.html", {"message": shown})


def ended(answer_id: int, user) -> str | None:
    """The fragment that ends an answer on the page; None while it goes on, or is gone."""
    row = Message.objects.visible_to(user).select_related("conversation").filter(pk=answer_id)
    message = row.first()
    if message is None:
        return None
    question = message.conversation.messages.filter(pk__lt=answer_id).last()
    since = question.pk if question else answer_id
    shown = messages(message.conversation, user, since)
    (last,) = [one for one in shown if one["pk"] == answer_id]
    if last["status"] == Message.Status.ANSWERING:
        return None
    return render_to_string("helpdesk/ended.html", {"message": last})


def lost(answer_id: int, question: str, error: str) -> str:
    """The fragment of an answer that could not be kept."""
    known = {"pk": answer_id, "role": "assistant", "status": "failed", "question": question}
    return render_to_string("helpdesk/ended.html", {"message": known | {"error": error}})


def running(conversation_id: int, user) -> int | None:
    """The answer in the making, where there is one."""
    rows = Message.objects.visible_to(user).filter(conversation=conversation_id)
    return rows.filter(status=Message.Status.ANSWERING).values_list("pk", flat=True).last()


def whole(conversation_id: int, user) -> str:
    """The fragment that shows a conversation's messages anew. Raises DoesNotExist."""
    conversation = Conversation.objects.visible_to(user).get(pk=conversation_id)
    return render_to_string("helpdesk/whole.html", {"thread": messages(conversation, user)})
