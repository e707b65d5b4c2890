"""Gathers declined questions into gaps: each joins the gap that is nearest in meaning."""

from datetime import timedelta

import numpy as np
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from pgvector import HalfVector
from pgvector.django import MaxInnerProduct

from helpdesk import records
from helpdesk.followup import contextual_query
from helpdesk.models import Explanation, Gap, GapQuestion, Message
from knowledge import embeddings
from knowledge.models import Index

# From this cosine with a gap's middle on a question belongs to it; docs/unanswered.md says how it
# was chosen.
SIMILAR = 0.55
# Questions from before the desk gathered any are gathered so far back.
FIRST_LOOK = timedelta(days=90)
# An answer may be ended a while after it was begun.
LATE = timedelta(hours=2)
BATCH = 200
# So many of a gap's questions, the newest, make its middle.
MIDDLE = 100


def gather() -> int:
    """Takes in what was declined since the last time; how many questions that were.

    Raises KnowledgeError when the embedding model fails.
    """
    newest = GapQuestion.objects.aggregate(at=Max("asked_at"))["at"]
    since = newest - LATE if newest else timezone.now() - FIRST_LOOK
    declined = Message.objects.filter(
        role=Message.Role.ASSISTANT,
        status=Message.Status.DONE,
        abstained=True,
        created_at__gte=since,
        gap_question=None,
    ).select_related("conversation__user")
    return sum(take_in(answer) for answer in declined.order_by("pk")[:BATCH])


def take_in(answer: Message) -> bool:
    """Puts one declined question into its gap; a gap that was resolved is open again."""
    conversation = answer.conversation
    before = conversation.messages.filter(pk__lt=answer.pk)
    question = before.filter(role=Message.Role.USER).last()
    if question is None:
        return False
    turns = records.turns(before.filter(pk__lt=question.pk, earlier=False), conversation.user)
    text = contextual_query(question.text, turns)
    index = Index.objects.active()
    vector = embeddings.embed_question(text, index.embedder())
    noted = Explanation.objects.filter(message=answer).values_list("record", flat=True).first()
    with transaction.atomic():
        gap = nearest(index, vector)
        if gap is None:
            gap = Gap.objects.create(index=index, vector=vector.tolist())
        elif gap.state == Gap.State.RESOLVED:
            Gap.objects.filter(pk=gap.pk).update(state=Gap.State.OPEN, reopened_at=timezone.now())
        gap.questions.create(
            answer=answer,
            user=conversation.user,
            text=text,
            asked_at=answer.created_at,
            confidence=(noted or {}).get("confidence"),
        )
        move_middle(gap, vector)
    return True


def nearest(index: Index, vector) -> Gap | None:
    """The gap whose middle is near enough, the nearest of them."""
    near = (
        Gap.objects.filter(index=index)
        .annotate(distance=MaxInnerProduct("vector", HalfVector(vector.tolist())))
        .order_by("distance")
        .first()
    )
    return near if near and -near.distance >= SIMILAR else None


def move_middle(gap: Gap, vector) -> None:
    """Lets a question that has just come in count for its share."""
    count = min(gap.questions.count(), MIDDLE)
    middle = Gap.objects.values_list("vector", flat=True).get(pk=gap.pk)
    keep(gap, (count - 1) * np.asarray(middle) + vector)


def find_middle(gap: Gap, index: Index | None = None) -> None:
    """Makes a gap's middle of its questions anew, as after a merge and for a new index."""
    index = index or Index.objects.active()
    embedder = index.embedder()
    texts = gap.questions.values_list("text", flat=True)[:MIDDLE]
    vectors = [embeddings.embed_question(text, embedder) for text in texts]
    if vectors:
        gap.index = index
        keep(gap, np.sum(vectors, axis=0))


def keep(gap: Gap, total) -> None:
    length = float(np.linalg.norm(total)) or 1.0
    vector = [float(number) / length for number in total]
    Gap.objects.filter(pk=gap.pk).update(index=gap.index, vector=vector)


def embed_anew() -> int:
    """Gives the gaps their middle in an index that has become active; how many they were."""
    active = Index.objects.filter(state=Index.State.ACTIVE).first()
    old = list(Gap.objects.exclude(index=active)) if active else []
    for gap in old:
        find_middle(gap, active)
    return len(old)


def merge(gap: Gap, other: Gap) -> None:
    """Puts the questions of `other` into `gap`. Raises KnowledgeError as `gather` does."""
    with transaction.atomic():
        GapQuestion.objects.filter(gap=other).update(gap=gap)
        other.delete()
        find_middle(gap)


def split(gap: Gap, questions) -> Gap | None:
    """Makes a gap of some of the questions of another; None where none or all are meant.

    Raises KnowledgeError as `gather` does.
    """
    chosen = gap.questions.filter(pk__in=list(questions))
    if not chosen or chosen.count() == gap.questions.count():
        return None
    with transaction.atomic():
        new = Gap.objects.create()
        chosen.update(gap=new)
        find_middle(new)
        find_middle(gap)
    return new


def forget() -> None:
    """Removes the gaps whose questions have all gone with their conversations."""
    Gap.objects.filter(questions=None).delete()
