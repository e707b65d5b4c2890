"""What stands beside a pair while it is read: the places in its sources that bear it out."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from helpdesk.matching import Source
from helpdesk.prompts import MARK
from knowledge import sentences
from knowledge.models import Passage, Version
from knowledge.sources import source

# So many places are shown for one pair, the first of them open.
MOST_PLACES = 6
# Fewer words than these name no place.
WORDS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Characters `start` to `end` of a passage, or a version alone where none was found."""

    version: Version
    passage: Passage | None = None
    start: int = 0
    end: int = 0

    @property
    def page(self) -> int | None:
        return self.passage.page if self.passage else None

    @property
    def quote(self) -> str:
        return self.passage.text[self.start : self.end] if self.passage else ""

    @property
    def url(self) -> str:
        page = f"?page={self.page}" if self.page and self.version.paged else ""
        return reverse("version", args=[self.version.pk]) + page

    def shown(self) -> dict:
        """The context of templates/knowledge/source.html."""
        return source(self.version, None, self.passage, self.start, self.end)


def of_message(message, versions: Iterable[Version]) -> list[Place]:
    """The places that an answer of the chat cites, in those of its versions that are given."""
    known = {version.pk: version for version in versions}
    cited = message.citations.select_related("passage").defer("passage__words")
    return [
        Place(known[one.version_id], one.passage, one.start, one.end)
        for one in cited
        if one.version_id in known
    ][:MOST_PLACES]


def of_text(answer: str, versions: Iterable[Version]) -> list[Place]:
    """Where the sentences of an answer stand in the versions; a version without any, by itself."""
    found: list[Place] = []
    for version in versions:
        passages = list(version.passages.defer("words").order_by("ordinal"))
        mine = places(answer, version, passages)
        found += mine or [Place(version, passages[0] if passages else None)]
    return found[:MOST_PLACES]


def places(answer: str, version: Version, passages: list[Passage]) -> list[Place]:
    """One place a passage, from the first sentence that stands there to the last."""
    texts = [Source(passage.text, passage.headings) for passage in passages]
    spans: dict[int, tuple[int, int]] = {}
    for claim in claims(answer):
        for index, text in enumerate(texts):
            if span := text.support(claim):
                start, end = spans.get(index, span)
                spans[index] = min(start, span[0]), max(end, span[1])
                break
    return [Place(version, passages[index], *span) for index, span in sorted(spans.items())]


def claims(answer: str) -> list[str]:
    """The sentences of an answer without their marks."""
    bare = MARK.sub("", answer).replace("*", "")
    found = (bare[start:end] for start, end in sentences.split(bare))
    return [one for one in found if len(one.split()) >= WORDS]
