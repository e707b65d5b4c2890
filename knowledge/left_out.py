"""What a search left out, as counts alone: by rights, and by the days on which documents hold."""

from dataclasses import dataclass

from pgvector import HalfVector
from pgvector.django import MaxInnerProduct

from knowledge import embeddings, indexes, rights
from knowledge.models import Collection, Embedding, Version
from knowledge.ranking import RERANKED
from knowledge.search import ask

# What comes so near to the least similarity of what was shown might have been shown itself.
NEAR = 0.05
OUT_OF_DATE = (Version.Status.SCHEDULED, Version.Status.EXPIRED)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """`by_rights`: of the best candidates among all documents, those that the person may not read.
    `by_date`: the passages that they may read, are about as like the question as what was
    shown, and whose day is past or to come."""

    by_rights: int
    by_date: int


def left_out(question: str, user, floor: float) -> LeftOut:
    """Asks anew; `floor` is the least similarity of what was shown.

    Raises KnowledgeError when the embedding model fails.
    """
    index = indexes.active()
    best = ask(question, index, rights.of(Collection.objects.all()), RERANKED)
    mine = Collection.objects.visible_to(user)
    readable = set(mine.values_list("slug", flat=True))
    vector = embeddings.embed_question(question, embeddings.embedder(index.model))
    dated = Embedding.objects.filter(
        index=index.id,
        live=False,
        collection__in=mine.values("pk"),
        passage__version__status__in=OUT_OF_DATE,
    ).annotate(nearness=MaxInnerProduct("vector", HalfVector(vector.tolist())))
    return LeftOut(
        by_rights=sum(found.collection not in readable for found in best),
        by_date=dated.filter(nearness__lte=NEAR - floor).count(),
    )
