"""The source of a quote, as it is shown: a PDF's page with the quote marked, or the text."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from knowledge import pictures
from knowledge.chunking import cut
from knowledge.errors import KnowledgeError
from knowledge.extract.blocks import Span
from knowledge.models import Version
from knowledge.passage_text import blocks_of

# Passages shown before and after the cited one, and on one part of a text without pages.
AROUND = 2
PART = 30
SHOWN = ["version_id", "ordinal", "headings", "text", "page", "spans", "sentences"]
UNREAD = {
    Version.Status.QUEUED: _("This version waits to be read."),
    Version.Status.EXTRACTING: _("This version is being read."),
    Version.Status.EMBEDDING: _("This version is being indexed."),
    Version.Status.FAILED: _("This version could not be read."),
    Version.Status.CANCELLED: _("This version was cancelled."),
}


@dataclass(slots=True)
class Section:
    """Blocks of text under the headings that they do not share with what stands before."""

    headings: list[str]
    blocks: list = field(default_factory=list)


def source(version, page=None, passage=None, start=0, end=0) -> dict:
    """The context of templates/knowledge/source.html.

    Characters `start` to `end` of `passage.text` are the quote to mark. `page` counts from 1;
    without one it is the page where the quote begins, else the passage's, else the first. For a
    text without pages it is the part of the text, unless a passage is given. Never raises for a
    missing or damaged file: `problem` then holds a sentence. The caller has checked the rights.
    """
    number = page or page_of(passage, start, end) or 1
    context = {"version": version, "document": version.document, "number": number, "problem": ""}
    if passage is not None and end > start:
        context["quote"] = passage.text[start:end]
    try:
        if pictures.is_pdf(version):
            context |= picture(version, number, passage, start, end)
        else:
            context |= text(version, page, passage, start, end)
    except KnowledgeError as error:
        context["problem"] = str(error)
        context["sections"] = text_of_page(version, number, passage, start, end)
    if version.status in UNREAD:
        context["problem"] = UNREAD[version.status]
    return context


def page_of(passage, start: int, end: int) -> int | None:
    """The page on which the quote begins."""
    if passage is None:
        return None
    spans = quoted(passage, start, end)
    return spans[0].page if spans else passage.page


def quoted(passage, start: int, end: int) -> tuple[Span, ...]:
    """The boxes of a quote, one a line; a line quoted in part gives the part, by its characters."""
    if passage is None or end <= start:
        return ()
    return tuple(cut((Span(*span) for span in passage.spans), start, end))


def picture(version, number: int, passage, start: int, end: int) -> dict:
    """A page of a PDF: the picture's size, the quote's boxes, and the page's text."""
    width, height = pictures.size(version, number)
    spans = quoted(passage, start, end)
    return {
        "width": width,
        "height": height,
        "boxes": [box(span) for span in spans if span.page == number],
        "continues": next((span.page for span in spans if span.page > number), None),
        "sections": text_of_page(version, number, passage, start, end),
    }


def box(span: Span) -> dict:
    """A place on a page's picture, in shares of its width and height."""
    return {
        "x": round(span.left, 5),
        "y": round(span.top, 5),
        "width": round(max(span.right - span.left, 0), 5),
        "height": round(max(span.bottom - span.top, 0), 5),
    }


def text(version, page, passage, start: int, end: int) -> dict:
    """The text of a file without pictures: around the passage, of a slide, or one part of it."""
    if passage is not None:
        around = shown(version).filter(
            ordinal__range=(passage.ordinal - AROUND, passage.ordinal + AROUND)
        )
        return {"sections": sections(around, passage, start, end)}
    if version.paged:
        return {"sections": text_of_page(version, page or 1, passage, start, end)}
    first = ((page or 1) - 1) * PART
    if first and first >= version.passage_count:
        raise KnowledgeError(_("This document has no part %(part)s.") % {"part": page})
    return {"sections": sections(shown(version)[first : first + PART], None, 0, 0)}


def shown(version):
    """The version's passages in order, without their vectors."""
    return version.passages.only(*SHOWN).order_by("ordinal")


def text_of_page(version, number: int, passage, start: int, end: int) -> list[Section]:
    """What the passages say on a page; one may begin on the page before."""
    near = shown(version).filter(page__in=(number - 1, number))
    parts = ((one, part_on(one, number)) for one in near)
    here = [(one, part) for one, part in parts if part]
    return sections((one for one, _ in here), passage, start, end, dict(here))


def part_on(passage, number: int) -> tuple[int, int] | None:
    """From which character to which a passage stands on a page; None where it does not."""
    spans = [span for span in passage.spans if span[2] == number]
    if spans:
        return min(span[0] for span in spans), max(span[1] for span in spans)
    return None if passage.spans or passage.page != number else (0, len(passage.text))


def sections(passages, marked, start: int, end: int, parts=None) -> list[Section]:
    """Passages as headings and blocks; what follows under the same headings joins on.

    `parts` says, by passage, from which character to which it is shown, where not as a whole.
    """
    found: list[Section] = []
    before: list[str] = []
    for passage in passages:
        headings = passage.headings.split(" › ") if passage.headings else []
        quote = (start, end) if marked is not None and passage.pk == marked.pk else (0, 0)
        if not found or headings != before:
            found.append(Section(fresh(headings, before)))
        part = parts[passage] if parts else (0, len(passage.text))
        found[-1].blocks = blocks_of(passage, quote, part, found[-1].blocks)
        before = headings
    return found


def fresh(headings: list[str], before: list[str]) -> list[str]:
    """The headings below those that the section before has too; the title is never one."""
    shared = 0
    while shared < min(len(headings), len(before)) and headings[shared] == before[shared]:
        shared += 1
    return headings[max(shared, 1) :]


def page_count(version) -> int:
    """How many pages the source view of a version has: pages, slides, or parts of its text."""
    if version.paged:
        return max(version.pages, 1)
    return max(-(-version.passage_count // PART), 1)
