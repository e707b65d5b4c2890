"""PDF files: text with its place on the page, read by OCR where a page is only a picture."""

import gc
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import pypdfium2
import pypdfium2.raw as pdfium

from ..errors import KnowledgeError
from .blocks import Block, Extraction, Page
from .pdf_blocks import blocks_of
from .pdf_fields import page_with_fields
from .pdf_layout import arrange, mark_headings, style_of
from .pdf_lines import Joiner, vocabulary_of
from .pdf_margins import without_running_lines
from .pdf_objects import objects_of
from .pdf_pictures import Pictures, placed
from .pdf_rules import Grid, grids_of, rules_of
from .pdf_tables import Table
from .pdf_text import words_of
from .pdf_words import Frame, Word

MAX_PAGES = 3000
TELL_PAGES = 50
DAMAGED_PAGE = "This page is damaged and could not be read."


@dataclass(slots=True)
class Sheet:
    """One page on its way to blocks."""

    number: int
    frame: Frame
    words: list[Word]
    grids: list[Grid]
    unknown: int = 0
    pictures: list = field(default_factory=list)
    scanned: list[Block] | None = None
    warning: str = ""


def extract(path, progress=None) -> Extraction:
    """The text of a PDF file."""
    with _without_collector():
        return _extract(path, progress)


@contextmanager
def _without_collector():
    """Nothing here makes cycles, and looking for them takes a thirtieth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _extract(path, progress) -> Extraction:
    document = _open(path)
    try:
        count = len(document)
        if count > MAX_PAGES:
            raise KnowledgeError(
                f"The file has {count} pages; {MAX_PAGES} is the most. Split it into parts."
            )
        if not count:
            raise KnowledgeError("The file is damaged: it has no pages. Save it anew as a PDF.")

        def tell(done: int) -> None:
            if progress:
                progress(done, count)

        sheets = _sheets(document, count, tell)
        title = (document.get_metadata_value("Title") or "").strip()
    finally:
        document.close()
    # Putting a long document in order takes a while too, and is not to be taken for a hang.
    return Extraction(_pages(sheets, partial(tell, count)), title, paged=True)


def _open(path) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise KnowledgeError(
                "The PDF needs a password. Save a copy without one and upload that."
            ) from error
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_SECURITY:
            raise KnowledgeError(
                "The PDF is protected in a way that can't be read. Print it to a new PDF."
            ) from error
        raise KnowledgeError(
            "The PDF is damaged and can't be opened. Save or export it anew."
        ) from error
    return document


def _sheets(document, count: int, tell) -> list[Sheet]:
    sheets: list[Sheet] = []
    pictures = Pictures(lambda: tell(len(sheets)))
    for index in range(count):
        sheets.append(_sheet(document, index, pictures))
        tell(index + 1)
    pictures.finish()
    return sheets


def _sheet(document, index: int, pictures: Pictures) -> Sheet:
    try:
        page = page_with_fields(document, index)
    except pypdfium2.PdfiumError:
        nothing = Frame(1.0, 1.0, (1, 0, 0, 1, 0, 0), 0)
        return Sheet(index + 1, nothing, [], [], scanned=[], warning=DAMAGED_PAGE)
    try:
        words, layout, unknown = words_of(page)
        objects = objects_of(page)
        grids = grids_of(*rules_of(objects, layout))
        sheet = Sheet(index + 1, layout, words, grids, unknown)
        pictures.read(page, sheet, objects)
        return sheet
    finally:
        page.close()


def _pages(sheets: list[Sheet], tell) -> list[Page]:
    without_running_lines(sheets)
    style = style_of(sheets)
    joiner = Joiner(vocabulary_of([sheet.words for sheet in sheets]))
    arranged = []
    for sheet in sheets:
        arranged.append(arrange(sheet, style))
        if not sheet.number % TELL_PAGES:
            tell()
    mark_headings(arranged, style)
    pages, carried = [], None
    for index, sheet in enumerate(sheets):
        # Words take far more memory than text, and a long document has very many.
        groups, arranged[index], sheet.words = arranged[index], [], []
        if sheet.scanned is not None:
            blocks = sheet.scanned
        else:
            blocks = placed(blocks_of(groups, sheet, joiner, carried), sheet.pictures)
        # A table may have a caption below it before it goes on overleaf.
        carried = next((each for each in groups[-2:][::-1] if isinstance(each, Table)), None)
        pages.append(Page(sheet.number, blocks, sheet.scanned is not None, sheet.warning))
    return pages
