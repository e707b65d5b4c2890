"""What hangs on a mail: each attachment of a kind that can be read becomes pages after the mail's.

One level deep: a mail within the mail is read, and what hangs on that one is only named.
"""

import importlib
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import KnowledgeError
from .blocks import Block, Extraction, Page
from .sniff import UNSUPPORTED, kind_of

MAIL = {"mail", "outlook"}
MAX_READ = 50
MAX_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on a mail. `shown` is true of a picture that stands within the mail's text."""

    name: str
    data: bytes
    shown: bool = False


def with_attachments(pages: list[Page], attachments: list[Attachment], progress) -> list[Page]:
    """The mail's pages, then those of its attachments, each under a heading with its name."""
    pages, size = list(pages), 0
    for done, attachment in enumerate(attachments):
        size += len(attachment.data)
        if done >= MAX_READ or size > MAX_BYTES:
            # The warning is about the mail, so it stands at its first page.
            warning = f"Only the first {done} of its {len(attachments)} attachments were read."
            return [replace(pages[0], warning=warning), *pages[1:]]
        if attachment.data and not attachment.shown:
            pages += _pages(attachment, len(pages) + 1, _teller(progress, done, len(attachments)))
    return pages


def _teller(progress, done: int, total: int):
    """Tells that the reading gets on, whatever page of the attachment it is at."""
    return (lambda *_: progress(done, total)) if progress else None


def _pages(attachment: Attachment, number: int, progress) -> list[Page]:
    from . import NO_TEXT

    heading = Block("heading", attachment.name, 1)
    try:
        found = _read(attachment, progress)
    except KnowledgeError as error:
        # Photographs and kinds that nobody can read are named on the mail, which is enough.
        if str(error) in (UNSUPPORTED, NO_TEXT):
            return []
        return [Page(number, [], warning=f"{attachment.name}: {error}")]
    if progress:
        progress()
    pages = [
        # Places on a page of the attachment mean nothing on the mail.
        replace(page, number=number + index, blocks=under(page.blocks))
        for index, page in enumerate(found.pages)
    ]
    pages[0].blocks.insert(0, heading)
    return pages


def _read(attachment: Attachment, progress) -> Extraction:
    from . import extract

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "attachment")
        path.write_bytes(attachment.data)
        kind = kind_of(path, attachment.name)
        if kind not in MAIL:
            return extract(path, attachment.name, progress)
        try:
            module = importlib.import_module(f".{kind}", __package__)
            return module.extract(path, progress, deep=False)
        except (KnowledgeError, MemoryError):
            raise
        except Exception as error:
            raise KnowledgeError("The attached mail is damaged.") from error


def under(blocks: list[Block]) -> list[Block]:
    """The blocks, their headings one level down and their places left out."""
    return [
        replace(block, level=block.level + (block.kind == "heading"), spans=()) for block in blocks
    ]
