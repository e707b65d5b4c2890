"""Passages beside the picture of their page, each with the boxes of its lines."""

from dataclasses import dataclass

from knowledge import pictures
from knowledge.error_words import said
from knowledge.errors import KnowledgeError
from knowledge.extract.blocks import Span
from knowledge.passage_text import TextBlock, blocks_of
from knowledge.sources import PART, box, shown


@dataclass(frozen=True, slots=True)
class Beside:
    """A passage as a page shows it: `part` is true where it goes on from or onto another."""

    number: int
    headings: str
    blocks: list[TextBlock]
    boxes: list[dict]
    part: bool = False


def beside(version, number: int) -> dict:
    """Page `number`'s picture where there is one, and its passages; a part of a text without.

    The context of templates/knowledge/passages.html. Never raises for a missing or damaged file:
    `problem` then holds a sentence.
    """
    context = {"version": version, "document": version.document, "number": number}
    context["passages"] = [of_page(one, number) for one in passages_of(version, number)]
    context["warnings"] = warnings(version, number)
    try:
        if pictures.is_pdf(version):
            context["width"], context["height"] = pictures.size(version, number)
    except KnowledgeError as error:
        context["problem"] = said(str(error))
    return context


def passages_of(version, number: int) -> list:
    """The passages on a page, or in one part of a text without pages."""
    if not version.paged:
        return list(shown(version)[(number - 1) * PART : number * PART])
    near = shown(version).filter(page__in=range(number - 3, number + 1))
    return [one for one in near if number in pages_of(one)]


def pages_of(passage) -> set[int]:
    return {span[2] for span in passage.spans} or {passage.page}


def of_page(passage, number: int) -> Beside:
    spans = [Span(*span) for span in passage.spans]
    return Beside(
        passage.ordinal + 1,
        passage.headings,
        blocks_of(passage),
        [box(span) for span in spans if span.page == number],
        any(span.page != number for span in spans),
    )


def warnings(version, number: int) -> list[str]:
    """What could not be read on a page; where pages mean nothing, all of it."""
    lines = version.warning.splitlines()
    if not version.paged:
        return lines
    start = f"Page {number}: "
    return [line.removeprefix(start) for line in lines if line.startswith(start)]
