"""Pins a checked answer to its question: finds its quotes in their documents, keeps its rows."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk import curated, support
from helpdesk.errors import HelpdeskError
from helpdesk.matching import Source
from helpdesk.models import CuratedAnswer, CuratedPhrasing, CuratedSource
from helpdesk.prompts import NUMBERED
from knowledge import embeddings
from knowledge.models import Index, Passage, Version


def pin(
    question: str,
    answer: str,
    sources: Sequence[tuple[Version, str]],
    by,
    team: str,
    phrasings: Iterable[str] = (),
    expires_on: date | None = None,
    instead_of: CuratedAnswer | None = None,
) -> CuratedAnswer:
    """Lets `answer` be given to `question` and its phrasings, word for word; gives its row.

    `sources` are versions that answer today, each with the quote that [1], [2], … name; where a
    quote is empty, the sentence that bears the answer out is looked for. `instead_of` is the row
    that is written anew.

    Raises HelpdeskError where a source can't be read by `by`, does not answer or does not hold the
    quote, and KnowledgeError where the embedding model fails.
    """
    question, answer = " ".join(question.split()), answer.strip()
    if not question or not answer:
        raise HelpdeskError(_("Write a question and its answer."))
    found = [located(number, *one, answer, by) for number, one in enumerate(sources, 1)]
    if not found:
        raise HelpdeskError(_("Name at least one document that the answer rests on."))
    ways = list(dict.fromkeys([question, *(" ".join(each.split()) for each in phrasings)]))
    index, vectors = embedded([each for each in ways if each])
    with transaction.atomic():
        row = instead_of or CuratedAnswer()
        row.question, row.answer = question, marked(answer, len(found))
        row.team, row.expires_on, row.approved_by = team, expires_on, by
        row.checked_on, row.active = timezone.localdate(), True
        row.save()
        row.phrasings.all().delete()
        row.sources.all().delete()
        for source in found:
            source.answer = row
        CuratedSource.objects.bulk_create(found)
        CuratedPhrasing.objects.bulk_create(
            CuratedPhrasing(answer=row, text=text, index_id=index, vector=vector)
            for text, vector in vectors
        )
    curated.forget()
    return row


def marked(answer: str, count: int) -> str:
    """The answer with its marks; at its end where it has none. Raises HelpdeskError for a mark
    without a source."""
    numbers = {int(number) for number in NUMBERED.findall(answer)}
    if any(not 1 <= number <= count for number in numbers):
        raise HelpdeskError(
            _("The answer holds a mark like [3] for which there is no source. Sources: %(count)d.")
            % {"count": count}
        )
    unnamed = [f"[{number}]" for number in range(1, count + 1) if number not in numbers]
    return f"{answer} {''.join(unnamed)}" if unnamed else answer


def located(number: int, version: Version, quote: str, answer: str, by) -> CuratedSource:
    """The source with the place of its quote."""
    if not Version.objects.visible_to(by).filter(pk=version.pk).exists():
        raise HelpdeskError(_("You may not read one of the sources."))
    if version.status != Version.Status.READY:
        raise HelpdeskError(
            _("“%(document)s” does not answer today: choose its current version.")
            % {"document": version.document}
        )
    place = stands_in(version, quote) if quote.strip() else bears_out(version, answer)
    if place is None and quote.strip():
        raise HelpdeskError(
            _("This quote does not stand in “%(document)s”: copy it from there, word for word.")
            % {"document": version.document}
        )
    if place is None:
        raise HelpdeskError(
            _("No sentence of “%(document)s” was found that bears the answer out: quote one.")
            % {"document": version.document}
        )
    passage, start, end = place
    return CuratedSource(
        number=number,
        version=version,
        passage=passage,
        quote=passage.text[start:end],
        start=start,
        end=end,
    )


def stands_in(version: Version, quote: str) -> tuple[Passage, int, int] | None:
    """Where a quote stands, however its spaces, hyphens, quotation marks and case are written."""
    for passage in passages(version):
        if place := Source(passage.text).find(quote):
            return passage, *place
    return None


def bears_out(version: Version, answer: str) -> tuple[Passage, int, int] | None:
    """The first sentences that say what a sentence of the answer says."""
    bare = NUMBERED.sub("", answer)
    claims = [bare[start:end] for start, end in support.statements(bare)] or [bare]
    for claim in claims:
        for passage in passages(version):
            if place := Source(passage.text, passage.headings).support(claim):
                return passage, *place
    return None


def passages(version: Version):
    return version.passages.only("text", "headings").order_by("ordinal")


def embedded(texts: Sequence[str]) -> tuple[int, list[tuple[str, list[float]]]]:
    """The active index, and each text with its vector there."""
    index = Index.objects.active()
    embedder = index.embedder()
    return index.pk, [(text, embeddings.embed_question(text, embedder).tolist()) for text in texts]


def embed_anew() -> int:
    """Gives the phrasings their vectors in an index that has become active; how many they were."""
    active = Index.objects.filter(state=Index.State.ACTIVE).first()
    if active is None:
        return 0
    old = list(CuratedPhrasing.objects.exclude(index=active))
    if old:
        embedder = active.embedder()
        for phrasing in old:
            phrasing.index = active
            phrasing.vector = embeddings.embed_question(phrasing.text, embedder).tolist()
        CuratedPhrasing.objects.bulk_update(old, ["index", "vector"], batch_size=200)
    return len(old)


def find_quotes_anew() -> int:
    """Finds the quotes again whose document was only read anew; how many were found."""
    lost = CuratedSource.objects.filter(
        passage=None, version__status=Version.Status.READY
    ).select_related("version__document")
    found = 0
    for source in lost:
        if place := stands_in(source.version, source.quote):
            source.passage, source.start, source.end = place
            source.save(update_fields=["passage", "start", "end"])
            found += 1
    return found
