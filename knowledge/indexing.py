"""From a stored file to passages that search finds: extract, chunk, embed, publish."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from knowledge import embeddings, titles
from knowledge.chunking import Chunk, chunk
from knowledge.errors import KnowledgeError
from knowledge.extract import NO_TEXT
from knowledge.extract.blocks import Extraction
from knowledge.extract.readers import Readers
from knowledge.models import Embedding, Index, Passage, Version
from knowledge.publishing import Content, publish
from knowledge.reuse import reusable
from knowledge.written import Written

EMBED_BATCH = 64
# So much of a title stands before each passage.
TITLE_CHARACTERS = 120
SECONDS_BETWEEN_REPORTS = 0.5
QUEUED = Written(
    lambda pk: Version.objects.select_related("document__collection").filter(pk=pk).order_by(), int
)
# As many files are read at a time, however many documents the worker has in its hands: a reader may
# take half a gigabyte.
readers = Readers(2, settings.VAR_DIR / "models")


def index(version: Version, tries_left: int = 0) -> None:
    """Makes a queued version searchable, or marks it failed with a sentence for its administrator.

    What may go well the next time is raised instead, as KnowledgeError, while tries are left. Safe
    to run again at any point: nothing is kept before the one transaction that publishes.
    """
    try:
        publish(version, content(version, extract(version)))
    except KnowledgeError as error:
        if error.again and tries_left:
            raise
        version.fail(str(error))


def content(version: Version, extraction: Extraction) -> Content:
    """What publishing takes: the passages of an extraction with their embeddings.

    Raises KnowledgeError when nothing is left to be found.
    """
    title, indexes = title_of(version, extraction), Index.objects.to_write()
    chunks = chunk(extraction, title[:TITLE_CHARACTERS], *reading_limits(indexes))
    if not chunks:
        raise KnowledgeError(NO_TEXT)
    passages = [passage(version, ordinal, item) for ordinal, item in enumerate(chunks)]
    rows = embed(version, passages, chunks, indexes)
    return Content(title, len(extraction.pages), extraction.paged, passages, rows)


def extract(version: Version) -> Extraction:
    try:
        path = version.file.path
    except ValueError:
        raise KnowledgeError(_("The stored file is missing. Upload it again.")) from None
    with readers.one() as reader:
        version.begin()
        report = reporter(version, Version.Status.EXTRACTING)
        extraction = reader.extract(path, version.file_name, report)
    version.was_read(
        extraction.readable_pages,
        extraction.expected_pages,
        [f"Page {page.number}: {page.warning}" for page in extraction.pages if page.warning],
    )
    return replace(extraction, title=titles.own(extraction.title))


def reporter(version: Version, stage: str) -> Callable[[int, int], None]:
    """A callback (done, total) that writes the progress of a stage down, not too often."""
    last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_REPORTS:
            last = time.monotonic()
            version.report(stage, round(100 * done / max(total, 1)))

    return report


def title_of(version: Version, extraction: Extraction) -> str:
    """The document's name for people, and before its passages: its own title, else its file's."""
    return extraction.title or titles.words(version.file_name)


def reading_limits(indexes: list[Index]) -> tuple[Callable[[str], int], int]:
    """How tokens are counted and how many a passage may have, so that no index cuts it off.

    Raises KnowledgeError when the active index's model can't be loaded.
    """
    embedders = []
    for index in indexes:
        if index.state == Index.State.ACTIVE:
            embedders.append(index.embedder())
        elif not index.cut:
            with suppress(KnowledgeError):
                embedders.append(index.embedder())
    window = min(embedder.window for embedder in embedders)
    if len(embedders) == 1:
        return embedders[0].count_tokens, window
    return lambda text: max(embedder.count_tokens(text) for embedder in embedders), window


def embed(
    version: Version, passages: list[Passage], chunks: list[Chunk], indexes: list[Index]
) -> list[Embedding]:
    """The unsaved embeddings of a version's passages, for these indexes.

    Raises KnowledgeError as the active index's model does; another's goes without for now, and gets
    its vectors by a job.
    """
    rows: list[Embedding] = []
    report = reporter(version, Version.Status.EMBEDDING)
    for number, index in enumerate(indexes):

        def report_part(done: int, before: int = number * len(passages)) -> None:
            report(before + done, len(indexes) * len(passages))

        try:
            rows += embed_for(index, version, passages, chunks, report_part)
        except KnowledgeError:
            if index.state == Index.State.ACTIVE:
                raise
    return rows


def embed_for(
    index: Index,
    version: Version,
    passages: list[Passage],
    chunks: list[Chunk],
    report: Callable[[int], None],
) -> list[Embedding]:
    """The unsaved embeddings for one index; `report` takes how many passages are done.

    Only what the current version does not say already goes through the model.
    """
    embedder, known = index.embedder(), reusable(version, passages, index)
    rows = list(known.values())
    new = [passage for passage in passages if passage.ordinal not in known]
    for first in range(0, len(new), EMBED_BATCH):
        report(len(rows))
        part = new[first : first + EMBED_BATCH]
        found = embeddings.embed_passages([chunks[one.ordinal] for one in part], embedder)
        rows += [embedded(index, *pair) for pair in zip(part, found, strict=True)]
    return rows


def embedded(index: Index, passage: Passage, embedding: embeddings.Embedding) -> Embedding:
    """A passage's unsaved row in an index."""
    return Embedding(
        index=index,
        passage=passage,
        collection_id=passage.collection_id,
        live=passage.live,
        vector=embedding.vector,
        sentences=list(embedding.sentences),
    )


def passage(version: Version, ordinal: int, item: Chunk) -> Passage:
    return Passage(
        version=version,
        collection_id=version.document.collection_id,
        ordinal=ordinal,
        headings=item.headings,
        text=item.text,
        page=item.page,
        page_starts=[number for start in item.page_starts for number in start],
        spans=item.spans,
        sentences=[offset for sentence in item.sentences for offset in sentence],
    )


def index_by_id(version_id: int, tries_left: int = 0) -> None:
    """`index`, for a job: a version that was deleted meanwhile is nobody's error.

    What nobody foresaw is raised, and what may pass. Without another try it ends on the row too,
    where its administrator sees it; so does a document whose tries were all cut short
    (`tries_left` < 0).
    """
    version = QUEUED.first(version_id)
    if version is None or version.finished:
        return
    if tries_left < 0:
        give_up(version, "the worker ended in mid-work, again and again")
        return
    try:
        index(version, tries_left)
    except Version.DoesNotExist:
        return
    except Exception as error:
        if not tries_left:
            give_up(version, type(error).__name__)
        raise


def give_up(version: Version, reason: str) -> None:
    with suppress(Version.DoesNotExist):
        version.fail(
            f"An unexpected error stopped the work ({reason}). Try again; if it comes back, tell "
            "the help desk's maintainers the name of this document."
        )
