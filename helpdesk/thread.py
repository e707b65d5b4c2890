"""A conversation as it is shown: plain values, and the fragments of one answer."""

from collections.abc import Callable, Collection

from django.db.models import Prefetch, Q
from django.template.loader import render_to_string
from django.utils.dateparse import parse_date
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk import greeting_replies, records, rendering
from helpdesk.curated import offer
from helpdesk.events import Quote
from helpdesk.explaining import may_explain
from helpdesk.fragments import Fragment
from helpdesk.handoff.shown import notices, staff_message, with_notices
from helpdesk.models import Citation, Conversation, Feedback, Message
from helpdesk.prompts import NOT_FOUND
from helpdesk.rendering import Link
from helpdesk.starters import starters
from knowledge.templatetags.knowledge import in_one_line

ENGINE_LABELS = {"quotes": _("Quoted from the documents"), "curated": _("Checked answer")}
# What was asked again stands in a group of this role.
EARLIER = "earlier"
# What is kept is what prompts know; what is shown is in the language of who reads it.
NOT_FOUND_SHOWN = _("I could not find an answer to this in the documents.")
# So much of a quote is shown below its answer.
QUOTE_CHARS = 200
# So many questions to begin with stand under a greeting.
BEGIN_WITH = 3
# What a template of theirs asks more about than whether it is there is not among these.
BEGUN = Fragment("helpdesk/begun.html", "pk", "conversation", "text", "activity")
CHANGED = Fragment("helpdesk/changed.html", "pk", "html", "activity", "trouble")
ENDED = Fragment(
    "helpdesk/ended.html",
    *("pk", "conversation", "html", "engine", "number", "title", "page", "quote", "url", "label"),
    "starters",
)
CITED = Prefetch("citations", Citation.objects.select_related("version__document"))


def messages(conversation: Conversation, user) -> list[dict]:
    """The messages as `user` may read them today; those asked again are folded into groups."""
    rows = conversation.messages.all()
    if any(status == Message.Status.ANSWERING for status in rows.values_list("status", flat=True)):
        records.cut_off_the_dead(Q(conversation=conversation))
    hidden = records.withheld(rows, user)
    shown: list[dict] = []
    message = None
    for message in rows.select_related("author").prefetch_related(CITED, feedback_of(user)):
        one = line(message, user, hidden)
        if not message.earlier:
            shown.append(one)
        elif shown and shown[-1]["role"] == EARLIER:
            shown[-1]["thread"].append(one)
        else:
            shown.append({"role": EARLIER, "thread": [one]})
    if message and not message.earlier:
        shown[-1]["starters"] = begin_with(message, user)
    return with_notices(shown, notices(conversation))


def feedback_of(user) -> Prefetch:
    return Prefetch("feedback", Feedback.objects.given_by(user))


def line(message: Message, user, hidden: Collection[int]) -> dict:
    """One message, as the templates take it."""
    if message.role == Message.Role.USER:
        return question(message)
    if message.role == Message.Role.STAFF:
        return staff_message(message)
    return answer(message, hidden) | beside(message, user)


def beside(message: Message, user) -> dict:
    """What stands beside an answer for the person who asked."""
    return {
        "explained": may_explain(user),
        "offer": offer(message.verification.get("offered"), user),
    }


def begin_with(message: Message, user) -> list[str]:
    """Questions to begin with, where a courtesy was answered by asking the person for one."""
    asks = courtesy(message) and message.text in greeting_replies.said(*greeting_replies.INVITING)
    return starters(user)[:BEGIN_WITH] if asks else []


def question(message: Message) -> dict:
    return {
        "pk": message.pk,
        "role": message.role,
        "text": message.text,
        "conversation": message.conversation_id,
        "earlier": message.earlier,
    }


def plain(message: Message, address: Callable[[Citation], str]) -> dict:
    """One message for somebody else to read, its sources at the addresses that `address` gives."""
    if message.role == Message.Role.USER:
        return question(message)
    return answer(message, address=address) | {"rated": False}


def answer(
    message: Message,
    hidden: Collection[int] = (),
    address: Callable[[Citation], str] = Citation.get_absolute_url,
) -> dict:
    """One answer; of one that is among the `hidden` nothing but that it is."""
    if message.pk in hidden:
        return known(message) | {"withheld": True}
    sources = [
        source(one.number, str(one.version.document), one.page, quoted(one), address(one))
        for one in message.citations.all()
    ]
    return known(message) | said(message, sources, next(iter(message.feedback.all()), None))


def known(message: Message) -> dict:
    """What may be told of an answer in any case."""
    return {
        "pk": message.pk,
        "role": message.role,
        "status": message.status,
        "conversation": message.conversation_id,
        "earlier": message.earlier,
    }


def said(message: Message, sources: list[dict], feedback: Feedback | None = None) -> dict:
    """What an answer says, with its sources and what its reader thought of it."""
    links = {one["number"]: Link(one["url"], one["label"]) for one in sources}
    running = message.status == Message.Status.ANSWERING
    checked = message.verification
    doubted = checked.get("unsupported", [])
    text = str(NOT_FOUND_SHOWN) if message.text == NOT_FOUND else message.text
    return {
        "html": rendering.html(text, links, running, doubted, checked.get("links", [])),
        "unsupported": len(doubted),
        "conflict": conflict(checked.get("conflict", []), sources),
        "sources": sources,
        "abstained": message.abstained,
        "note": message.note,
        "error": message.error,
        "engine": ENGINE_LABELS.get(message.engine, message.engine),
        "courtesy": courtesy(message),
        "rated": rated(message),
        "feedback": feedback,
    }


def rated(message: Message) -> bool:
    """Whether people are asked what they think of this answer."""
    ends = (Message.Status.DONE, Message.Status.CUT_OFF, Message.Status.STOPPED)
    return message.status in ends and bool(message.text) and not courtesy(message)


def courtesy(message: Message) -> bool:
    """Whether it is a reply to a courtesy: nothing about it is rated, shared or asked again."""
    ended = message.status == Message.Status.DONE
    return ended and message.engine == greeting_replies.ENGINE


def conflict(sides: list, sources: list[dict]) -> list[dict]:
    """The sources that differ, each with its document's date; none where one is gone."""
    by_number = {one["number"]: one for one in sources}
    found = [
        by_number[number] | {"date": parse_date(day)}
        for number, day in sides
        if number in by_number
    ]
    return found if len(found) == len(sides) else []


def quoted(one: Citation | Quote) -> str:
    """Its quote; an unverified one is not shown as a quote."""
    if not one.verified:
        return ""
    return one.quote if isinstance(one, Citation) else one.text


def source(number: int, title: str, page: int | None, quote: str, address: str) -> dict:
    """One line of an answer's list of sources."""
    place = title
    if page:
        place = gettext("%(title)s, page %(page)d") % {"title": title, "page": page}
    return {
        "number": number,
        "title": title,
        "page": page,
        "quote": Truncator(in_one_line(quote)).chars(QUOTE_CHARS),
        "url": address,
        "label": gettext("Source %(number)d: %(place)s") % {"number": number, "place": place},
    }


def begun(job: records.Job, status: str) -> str:
    """The fragment that puts a question and its empty answer at the thread's end."""
    known = {"conversation": job.conversation_id}
    asked = known | {"pk": job.question_id, "role": "user", "text": job.question}
    answer = known | {"pk": job.answer_id, "role": "assistant"}
    answer |= {"status": "answering", "activity": status}
    return BEGUN.filled({"thread": [asked, answer]})


def renamed(conversation_id: int) -> str:
    """The fragment that puts a conversation's new name where it stands. Synchronous."""
    conversation = Conversation.objects.get(pk=conversation_id)
    shown = {"conversation": conversation, "one": conversation, "open_pk": conversation_id}
    return render_to_string("helpdesk/renamed.html", shown | {"oob": True})


def changed(answer_id: int, text: str, status: str, trouble: str = "") -> str:
    """The fragment that brings a running answer up to date; it holds the whole of what has come.

    So a lost one leaves no gap, and one that comes twice doubles nothing.
    """
    html = rendering.html(text, {}, pending=True)
    shown = {"pk": answer_id, "html": html, "activity": status, "trouble": trouble}
    return CHANGED.filled({"message": shown})


def ended(answer_id: int, user) -> str | None:
    """The fragment that ends an answer on the page; None while it goes on, or is gone."""
    records.cut_off_the_dead(Q(pk=answer_id))
    rows = Message.objects.visible_to(user).filter(pk=answer_id)
    message = rows.prefetch_related(CITED, feedback_of(user)).first()
    if message is None or message.status == Message.Status.ANSWERING:
        return None
    shown = line(message, user, records.withheld(rows, user))
    shown["starters"] = begin_with(message, user)
    return render_to_string("helpdesk/ended.html", {"message": shown})


def just_ended(kept: records.Kept, user) -> str:
    """As `ended`, of values at hand: an answer that was kept just now is nowhere else yet."""
    sources = [
        source(one.number, one.passage.title, one.page, quoted(one), citation_url(pk))
        for one in kept.quotes
        if (pk := kept.citations.get(one.number))
    ]
    shown = known(kept.answer) | said(kept.answer, sources) | beside(kept.answer, user)
    shown["starters"] = begin_with(kept.answer, user)
    return ENDED.filled({"message": shown})


def citation_url(pk: int) -> str:
    return Citation(pk=pk).get_absolute_url()


def lost(job: records.Job, error: str) -> str:
    """The fragment of an answer that could not be kept."""
    known = {"pk": job.answer_id, "role": "assistant", "status": "failed", "error": error}
    known |= {"conversation": job.conversation_id}
    return render_to_string("helpdesk/ended.html", {"message": known})


def running(conversation_id: int, user) -> int | None:
    """The answer in the making, where there is one."""
    rows = Message.objects.visible_to(user).filter(conversation=conversation_id)
    return rows.filter(status=Message.Status.ANSWERING).values_list("pk", flat=True).last()


def whole(conversation_id: int, user) -> str:
    """The fragment that shows a conversation's messages anew. Raises DoesNotExist."""
    conversation = Conversation.objects.visible_to(user).get(pk=conversation_id)
    return render_to_string("helpdesk/whole.html", {"thread": messages(conversation, user)})
