"""A second index beside the first: measured, embedded batch by batch, made ready.

The work goes in slices of some seconds, each a job of its own, so that documents that come in
meanwhile are read between two of them, and a worker that dies loses one batch.
"""

import time

from django.db import connection, transaction
from django.utils import timezone

from knowledge import copying, embeddings, hnsw
from knowledge.chunking import Chunk
from knowledge.embedders.encoded import Embedder
from knowledge.errors import KnowledgeError
from knowledge.indexing import EMBED_BATCH, embedded
from knowledge.models import Document, Embedding, Index, Passage
from knowledge.models.indexes import hold_indexes
from knowledge.token_limits import embedded_text, fits
from knowledge.upkeep import is_large

SLICE_SECONDS = 3.0
# So many passages are looked for at once; finding them takes as long for one as for all.
LOOKED_FOR = 1000
MEASURED_BATCH = 500
REMOVED_BATCH = 5000
# How much the last batch counts in the rate.
NEWEST = 0.3


def work_by_id(index_id: int, tries_left: int = 0) -> None:
    """A slice of an index's building, for a job; the next slice is queued behind it.

    What may pass is raised while tries are left, and what nobody foresaw. Otherwise it ends on the
    index's row; so does a slice that ended its worker each time (`tries_left` < 0).
    """
    index = Index.objects.filter(pk=index_id).exclude(state__in=Index.UNWRITTEN).first()
    if index is None:
        return
    try:
        if tries_left < 0:
            raise KnowledgeError("The worker ended in mid-work, again and again. Resume it.")
        more = work(index)
    except Index.DoesNotExist:
        return
    except KnowledgeError as error:
        if error.again and tries_left:
            raise
        index.fail(str(error))
        return
    except Exception as error:
        if not tries_left:
            index.fail(f"An unexpected error stopped the work ({type(error).__name__}). Resume it.")
        raise
    if more:
        index.enqueue()


def work(index: Index) -> bool:
    """One slice; whether more is left. Raises Index.DoesNotExist when it was cancelled meanwhile.

    An index that is whole already only gets what a document came without.
    """
    end = time.monotonic() + SLICE_SECONDS
    embedder = identified(index)
    if index.total is None and index.state == Index.State.BUILDING and not measure(index, end):
        return True
    if fill(index, embedder, end):
        return True
    if index.state != Index.State.BUILDING:
        return False
    if is_large(index):
        hnsw.build(index)
    return not index.finish()


def identified(index: Index) -> Embedder:
    """The index's model; a new index learns from it what it is going to hold."""
    if index.recipe:
        return index.embedder()
    embedder = embeddings.embedder(index.model)
    if same := Index.objects.like(index.model, embedder):
        raise KnowledgeError(f"Index {same.pk} holds this model's vectors already.")
    with transaction.atomic():
        hold_indexes(alone=True)
        index.note(recipe=embedder.recipe, dimensions=embedder.dimensions)
    return embedder


def measure(index: Index, end: float) -> bool:
    """Counts the passages that are longer than the model reads; False when `end` came first.

    Raises KnowledgeError when there are some and nobody has agreed to have them cut off.
    """
    embedder = index.embedder()
    while rows := list(
        Passage.objects.filter(pk__gt=index.measured)
        .order_by("pk")
        .values_list("pk", "headings", "text")[:MEASURED_BATCH]
    ):
        texts = [embedded_text(headings, text) for _, headings, text in rows]
        fitting = sum(fits(text, embedder.count_tokens, embedder.window) for text in texts)
        index.note(measured=rows[-1][0], too_long=index.too_long + len(rows) - fitting)
        if time.monotonic() > end:
            return False
    if index.too_long and not index.cut:
        raise KnowledgeError(
            f"{index.too_long} passages are longer than the {embedder.window} tokens that the "
            "model reads. Resume and have them cut off (--cut), or choose a model that reads more."
        )
    index.note(total=Passage.objects.count())
    return True


def fill(index: Index, embedder: Embedder, end: float) -> bool:
    """Embeds passages without a vector until `end`; whether some may be left."""
    missing = list(index.missing().values_list("pk", flat=True)[:LOOKED_FOR])
    if missing:
        index.note(total=Passage.objects.count(), done=index.embeddings.count())
    for first in range(0, len(missing), EMBED_BATCH):
        start = time.monotonic()
        added = add(index, missing[first : first + EMBED_BATCH], embedder)
        rate = added / (time.monotonic() - start)
        smooth = NEWEST * rate + (1 - NEWEST) * index.rate if index.rate else rate
        index.note(done=index.done + added, rate=smooth)
        if time.monotonic() > end:
            return True
    return len(missing) == LOOKED_FOR


def add(index: Index, missing: list[int], embedder: Embedder) -> int:
    """Embeds these passages and keeps their vectors; how many there were still."""
    columns = ("headings", "text", "page", "sentences")
    passages = list(Passage.objects.filter(pk__in=missing).only(*columns))
    found = embeddings.embed_passages([chunk_of(passage) for passage in passages], embedder)
    return keep(index, {passage.pk: one for passage, one in zip(passages, found, strict=True)})


def chunk_of(passage: Passage) -> Chunk:
    """What was embedded of a passage when it was made."""
    offsets = passage.sentences
    sentences = list(zip(offsets[::2], offsets[1::2], strict=True))
    return Chunk(passage.headings, passage.text, passage.page or 1, sentences=sentences)


@transaction.atomic
def keep(index: Index, found: dict[int, embeddings.Embedding]) -> int:
    """Stores the vectors of passages by their ids, unless they are gone or somebody else did.

    The documents are locked first: whether a passage is live does not change meanwhile.
    """
    documents = Document.objects.filter(versions__passages__in=found).values("pk")
    list(Document.objects.select_for_update(no_key=True).filter(pk__in=documents).order_by("pk"))
    hold_indexes()
    index.note(worked_at=timezone.now())
    passages = index.missing().filter(pk__in=found).only("live", "collection_id")
    rows = [embedded(index, passage, found[passage.pk]) for passage in passages]
    copying.embeddings(rows)
    return len(rows)


def remove(index_id: int) -> None:
    """Removes a discarded index: its vector scan, its vectors batch by batch, and itself."""
    index = Index.objects.filter(pk=index_id, state=Index.State.REMOVING).first()
    if index is None:
        return
    hnsw.drop(index, concurrently=not connection.in_atomic_block)
    while True:
        some = Embedding.objects.filter(index=index).values("pk")[:REMOVED_BATCH]
        if not Embedding.objects.filter(pk__in=some).delete()[0]:
            break
    index.delete()
