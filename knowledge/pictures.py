"""The picture of a PDF's page, drawn once and kept in VAR_DIR/pages."""

import os
import shutil
import threading
from pathlib import Path

import pypdfium2
from django.conf import settings

from knowledge.errors import KnowledgeError

WIDTH = 1400
# A page that is a long strip is drawn narrower.
MAX_HEIGHT = 6000
# No file of a size that is taken has as many; a longer number would be no file name.
MOST_PAGES = 10**7
MISSING = (
    "The file of this document is no longer kept here. Ask an administrator to upload it again."
)
UNDRAWABLE = "This page can't be drawn."

# pdfium is not safe to use from two threads at once.
pdfium = threading.Lock()


def is_pdf(version) -> bool:
    """Whether the version's file is a PDF, whatever its name says.

    Raises KnowledgeError where the file is missing.
    """
    try:
        with version.file.open("rb") as file:
            return b"%PDF-" in file.read(1024)
    except (FileNotFoundError, ValueError):
        raise KnowledgeError(MISSING) from None


def size(version, number: int) -> tuple[int, int]:
    """Width and height in pixels of the picture of page `number`, which counts from 1.

    Raises KnowledgeError where there is no such page, or the file is missing or damaged.
    """
    with pdfium, opened(version) as document:
        width, height = document.get_page_size(index(document, number))
        scale = scale_of(width, height)
        return round(width * scale), round(height * scale)


def picture(version, number: int) -> Path:
    """The PNG file of page `number`, which counts from 1, drawn if it is not kept yet.

    Raises KnowledgeError as `size` does.
    """
    if number > MOST_PAGES:
        raise KnowledgeError(f"This document has no page {number}.")
    path = folder(version.sha256) / f"{number}.png"
    if not path.exists():
        draw(version, number, path)
    return path


def draw(version, number: int, path: Path):
    """Draws into a file beside `path` first: another process never reads half a picture."""
    with pdfium, opened(version) as document:
        page = document[index(document, number)]
        image = page.render(scale=scale_of(*page.get_size())).to_pil()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    try:
        image.save(part, "PNG")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def opened(version) -> pypdfium2.PdfDocument:
    if not is_pdf(version):
        raise KnowledgeError("Only PDF files have pictures of their pages.")
    try:
        return pypdfium2.PdfDocument(version.file.path)
    except pypdfium2.PdfiumError:
        raise KnowledgeError(UNDRAWABLE) from None


def index(document: pypdfium2.PdfDocument, number: int) -> int:
    """The index of page `number`, whose drawing is known to begin."""
    if not 1 <= number <= len(document):
        raise KnowledgeError(f"This document has no page {number}.")
    try:
        document[number - 1].close()
    except pypdfium2.PdfiumError:
        raise KnowledgeError(UNDRAWABLE) from None
    return number - 1


def scale_of(width: float, height: float) -> float:
    return min(WIDTH / max(width, 1), MAX_HEIGHT / max(height, 1))


def folder(sha256: str) -> Path:
    return settings.VAR_DIR / "pages" / sha256[:2] / sha256


def forget(sha256: str):
    """Removes the pictures of a file's pages."""
    shutil.rmtree(folder(sha256), ignore_errors=True)
