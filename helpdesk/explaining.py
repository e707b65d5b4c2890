"""Why an answer was given: what was noted then, and what can be worked out now, told apart.

Nothing is shown of a document that not both the viewer and the person who asked may open today:
of the others there is a count.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from helpdesk import rebuilding, records, tracing
from helpdesk.chain import PASSAGES
from helpdesk.confidence import SHIPPED, Scale
from helpdesk.finding import look
from helpdesk.greeting_replies import ENGINE
from helpdesk.models import (
    Calibration,
    Conversation,
    CuratedAnswer,
    Explanation,
    Feedback,
    Handoff,
    Message,
)
from helpdesk.prompts import VERSION
from knowledge.left_out import LeftOut, left_out
from knowledge.models import Index, Passage, Version
from knowledge.terms import coverage, terms


def explainable(viewer):
    """The answers whose explanation `viewer` may see: those of conversations that they may read,
    and those that people have put before them by feedback. Replies to courtesies have none."""
    mine = Message.objects.filter(conversation__in=readable(viewer)).values("pk")
    shown = Feedback.objects.visible_to(viewer).values("message")
    answers = Message.objects.filter(Q(pk__in=mine) | Q(pk__in=shown), role=Message.Role.ASSISTANT)
    return answers.exclude(status=Message.Status.ANSWERING).exclude(engine=ENGINE)


def readable(viewer):
    """The conversations that `viewer` may read as a whole: their own, and while they are with a
    person those that they may answer."""
    handed = Handoff.objects.answered_by(viewer).open().values("conversation")
    return Conversation.objects.filter(Q(user=viewer) | Q(pk__in=handed))


def may_explain(user) -> bool:
    """Whether to offer explanations to `user`; costs employees no query."""
    return user.is_staff and user.has_perm("helpdesk.explain_answer")


@dataclass(frozen=True, slots=True)
class Why:
    """All that is known of the way to an answer. `recorded`: it was noted when it was given."""

    question: Message
    recorded: bool
    record: dict
    curated: CuratedAnswer | None
    queries: list[dict]
    candidates: list[dict]
    hidden: int
    sure: dict
    prompt: rebuilding.Prompt
    left_out: LeftOut
    index: Index | None
    prompt_changed: bool


def why(answer: Message, viewer) -> Why | None:
    """The explanation of an answer for `viewer`; None where its question is gone.

    Raises KnowledgeError when the embedding model fails.
    """
    before = answer.conversation.messages.filter(pk__lt=answer.pk, role=Message.Role.USER)
    question = before.last()
    if question is None:
        return None
    asker = answer.conversation.user
    row = Explanation.objects.filter(message=answer).first()
    record = row.record if row else searched_anew(question, asker)
    readable = readable_by_both(record, asker, viewer)
    withheld = earlier_withheld(question, viewer)
    rows = candidates(record, readable)
    shown = [one for one in rows if one["place"]]
    floor = min((one["similarity"] for one in shown), default=1.0)
    query = record["queries"][0][0] if record.get("queries") else question.text
    return Why(
        question=question,
        recorded=row is not None,
        record=record,
        curated=pinned(record, viewer),
        queries=queries(record, question, withheld),
        candidates=[one for one in rows if one["version"] in readable],
        hidden=sum(one["version"] not in readable for one in rows),
        sure=sureness(record, query, shown),
        prompt=rebuilding.prompt(question, record, asker, readable, withheld),
        left_out=left_out(query, asker, floor),
        index=Index.objects.filter(pk=record.get("index")).first(),
        prompt_changed=record.get("prompt_version", VERSION) != VERSION,
    )


def pinned(record: dict, viewer) -> CuratedAnswer | None:
    """The curated answer that was given or offered, where `viewer` may look at it."""
    key = record.get("curated") or record.get("offered")
    return key and CuratedAnswer.objects.visible_to(viewer).filter(pk=key).first()


def searched_anew(question: Message, asker) -> dict:
    """What the search gives to the person today, in the form of a record."""
    before = question.conversation.messages.filter(earlier=False, pk__lt=question.pk)
    finding = look(question.text, asker, PASSAGES, history=records.turns(before, asker))
    return tracing.of_finding(finding, finding.passages)


def readable_by_both(record: dict, asker, viewer) -> set[int]:
    """Those of the record's versions that both may open today."""
    versions = {row[1] for row in record.get("candidates", ())}
    both = Version.objects.visible_to(viewer).filter(pk__in=versions)
    mine = Version.objects.visible_to(asker).values("pk")
    return set(both.filter(pk__in=mine).values_list("pk", flat=True))


def earlier_withheld(question: Message, viewer) -> set[int]:
    """The messages before a question that `viewer` may not read: all of another person's thread of
    which they have been shown one answer, else those that draw on what they may not open."""
    before = question.conversation.messages.filter(pk__lt=question.pk)
    if readable(viewer).filter(pk=question.conversation_id).exists():
        return records.withheld(before, viewer)
    return set(before.values_list("pk", flat=True))


def queries(record: dict, question: Message, withheld: set[int]) -> list[dict]:
    """What was searched for; one that may repeat a withheld message is not shown."""
    return [
        {"text": text if not withheld or text == question.text else "", "weight": weight}
        for text, weight in record.get("queries", ())
    ]


def candidates(record: dict, readable: set[int]) -> list[dict]:
    """Each candidate's numbers, and where it may be read its title; `place` counts what was shown,
    None for what was not."""
    rows = [dict(zip(tracing.COLUMNS, row, strict=True)) for row in record.get("candidates", ())]
    places = {pk: number for number, ids in enumerate(record.get("shown", ()), 1) for pk in ids}
    known = Passage.objects.select_related("version__document").filter(version__in=readable)
    passages = known.in_bulk([one["passage"] for one in rows])
    for rank, one in enumerate(rows, 1):
        passage = passages.get(one["passage"])
        one |= {"rank": rank, "place": places.get(one["passage"]), "text": "", "title": ""}
        if passage:
            page = f"?page={one['page']}" if one["page"] else ""
            one |= {
                "title": str(passage.version.document),
                "headings": passage.headings,
                "text": passage.text,
                "url": reverse("version", args=[passage.version_id]) + page,
            }
    return rows


def sureness(record: dict, query: str, shown: list[dict]) -> dict:
    """The confidence beside its threshold, with the three numbers of the passage that gives it.

    Of what a person may not read the numbers alone are used. `noted`: the confidence and its scale
    are those of the time of the answer.
    """
    noted = record.get("scale")
    scale = Scale(*noted) if noted else Calibration.current()
    asked = terms(query)
    texts = Passage.objects.in_bulk([one["passage"] for one in shown])
    best = {"confidence": 0.0, "passage": 0.0, "sentence": 0.0, "coverage": 0.0}
    for one in shown:
        passage = texts.get(one["passage"])
        held = coverage(asked, f"{passage.headings} {passage.text}") if passage else 0.0
        sure = scale.probability(one["similarity"], one["sentence"], held)
        if sure >= best["confidence"]:
            best = {"confidence": sure, "passage": one["similarity"],
                    "sentence": one["sentence"], "coverage": held}  # fmt: skip
    if noted:
        best["confidence"] = record["confidence"]
    return best | {"scale": scale, "noted": bool(noted), "shipped": scale == SHIPPED}
