"""The picture of a PDF's page, drawn once and kept in VAR_DIR/pages."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image

from knowledge.errors import KnowledgeError
from knowledge.extract import drawing
from knowledge.extract.isolated import child_environment

# No file of a size that is taken has as many; a longer number would be no file name.
MOST_PAGES = 10**7
MISSING = _(
    "The file of this document is no longer kept here. Ask an administrator to upload it again."
)
UNDRAWABLE = _("This page can't be drawn.")

# A page that takes longer is not drawn; so many are drawn at once.
SECONDS = 20
drawing_places = threading.BoundedSemaphore(2)


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

    Raises KnowledgeError as `picture` does.
    """
    with Image.open(picture(version, number)) as image:
        return image.size


def picture(version, number: int) -> Path:
    """The PNG file of page `number`, which counts from 1, drawn if it is not kept yet.

    Raises KnowledgeError where there is no such page, or the file is missing or damaged.
    """
    if not 1 <= number <= MOST_PAGES:
        raise KnowledgeError(_("This document has no page %(number)d.") % {"number": number})
    path = folder(version.sha256) / f"{number}.png"
    if not path.exists():
        if not is_pdf(version):
            raise KnowledgeError(_("Only PDF files have pictures of their pages."))
        draw(version, number, path)
    return path


def draw(version, number: int, path: Path):
    """Draws into a file beside `path` first: another process never reads half a picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    command = [sys.executable, "-m", drawing.__name__, version.file.path, str(number), str(part)]
    try:
        with drawing_places:
            done = subprocess.run(
                command, env=child_environment(), capture_output=True, timeout=SECONDS
            )
        if done.returncode == drawing.NO_PAGE:
            raise KnowledgeError(_("This document has no page %(number)d.") % {"number": number})
        if done.returncode:
            raise KnowledgeError(UNDRAWABLE)
        part.replace(path)
    except subprocess.TimeoutExpired:
        raise KnowledgeError(UNDRAWABLE) from None
    finally:
        part.unlink(missing_ok=True)


def folder(sha256: str) -> Path:
    return settings.VAR_DIR / "pages" / sha256[:2] / sha256


def forget(sha256: str):
    """Removes the pictures of a file's pages."""
    shutil.rmtree(folder(sha256), ignore_errors=True)
