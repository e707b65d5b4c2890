"""The prompt of an answer, made again from what is kept: passages by their ids, and the turns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from helpdesk import prompts, records, showing, tracing
from helpdesk.events import Quote, Turn
from knowledge.found import SEAM, Found
from knowledge.models import Passage

HIDDEN = _("(Not shown: not both you and the person who asked may open this document today.)")


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages as a viewer may see them; `same` where they are, to the letter, what was sent.

    `sent`: a model was asked; else it is what one would be. `hidden` counts what is blacked out.
    """

    messages: list[dict[str, str]]
    sent: bool
    same: bool
    hidden: int


def prompt(
    question, record: dict, asker, readable: Collection[int], withheld: Collection[int]
) -> Prompt:
    """`question` is the message; `readable` are the versions whose text the viewer may see,
    `withheld` the earlier messages that they may not."""
    if record.get("sentences"):
        return of_sentences(question, record, readable)
    before = question.conversation.messages.filter(earlier=False, pk__lt=question.pk)
    passages = [place(ids) for ids in record.get("shown", ())]
    whole = all(passages)
    passages = [one for one in passages if one]
    turns = records.turns(before, asker)
    messages = prompts.answer_messages(question.text, passages, turns)
    sent = record.get("prompt", "")
    same = whole and tracing.checksum(messages) == sent
    shown = [one if one.version_id in readable else blacked(one) for one in passages]
    told = seen(before, turns, withheld)
    hidden = sum(one.version_id not in readable for one in passages) + len(turns) - len(told)
    if hidden:
        messages = prompts.answer_messages(question.text, shown, told)
    return Prompt(messages, bool(sent), same, hidden)


def of_sentences(question, record: dict, readable: Collection[int]) -> Prompt:
    """The prompt of an engine that is shown chosen sentences, and no history."""
    rows = Passage.objects.select_related("version__document__collection").in_bulk(
        [pk for pk, *_ in record["sentences"]]
    )
    quotes = [
        Quote(number, found(rows[pk]), start, end)
        for number, (pk, start, end) in enumerate(record["sentences"], 1)
        if pk in rows
    ]
    told = [showing.sentence(quote) for quote in quotes]
    messages = prompts.sentence_messages(question.text, told)
    whole = len(quotes) == len(record["sentences"])
    same = whole and tracing.checksum(messages) == record.get("prompt")
    hidden = [quote.passage.version_id not in readable for quote in quotes]
    if any(hidden):
        shown = [HIDDEN if no else text for no, text in zip(hidden, told, strict=True)]
        messages = prompts.sentence_messages(question.text, [str(each) for each in shown])
    return Prompt(messages, True, same, sum(hidden))


def seen(before, turns: Sequence[Turn], withheld: Collection[int]) -> list[Turn]:
    """Those of the turns that are not among the withheld messages."""
    hidden = {message.text for message in before if message.pk in withheld}
    return [turn for turn in turns if turn.text not in hidden]


def place(ids: Sequence[int]) -> Found | None:
    """A passage as the answerer was shown it, its neighbours joined; None where one is gone."""
    best, *members = ids
    rows = Passage.objects.select_related("version__document__collection").in_bulk(members)
    if len(rows) < len(set(members)):
        return None
    first = rows[members[0]]
    text = SEAM.join(rows[pk].text for pk in members)
    return replace(found(rows[best]), headings=first.headings, text=text)


def found(passage: Passage) -> Found:
    """A stored passage as search gives it, without its scores."""
    version = passage.version
    document = version.document
    day = version.effective_from or version.uploaded_at.date()
    return Found(
        passage_id=passage.pk,
        version_id=version.pk,
        document_id=document.pk,
        document=document.name,
        title=document.title or document.name,
        collection=document.collection.slug,
        version=version.number,
        date=day.isoformat(),
        headings=passage.headings,
        text=passage.text,
        page=passage.page if version.paged else None,
        score=0.0,
        similarity=0.0,
        ordinal=passage.ordinal,
        page_starts=tuple(zip(passage.page_starts[::2], passage.page_starts[1::2], strict=True)),
    )


def blacked(passage: Found) -> Found:
    """A passage of which a reader learns nothing but that it was there."""
    return replace(
        passage, title="…", document="…", headings="", text=str(HIDDEN), page=None, date=""
    )
