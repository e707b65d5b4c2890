"""Files of Office 97-2003 and of Outlook: compound files, whose streams tell what they are."""

import contextlib
from pathlib import Path

from ..errors import KnowledgeError
from .zipped import DAMAGED

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STREAMS = {
    "encryptedpackage": "locked",
    "worddocument": "doc",
    "powerpoint document": "ppt",
    "workbook": "xls",
    "book": "xls",
    "__properties_version1.0": "outlook",
}
# A stream is read whole into memory, so its size is held.
MAX_STREAM = 500_000_000


def kind_of(path: Path) -> str:
    """The family of a compound file, or "" where it is of none that is known."""
    with opened(path) as file:
        names = {entry[0].lower() for entry in file.listdir() if len(entry) == 1}
    return next((kind for name, kind in STREAMS.items() if name in names), "")


@contextlib.contextmanager
def opened(path: Path):
    """The compound file, open to be read. Raises KnowledgeError where its frame is damaged."""
    import olefile

    try:
        file = olefile.OleFileIO(str(path))
    except (OSError, ValueError, IndexError) as error:
        raise KnowledgeError(DAMAGED) from error
    with file:
        yield file


def stream(file, *names: str) -> bytes:
    """A stream's bytes; b"" where there is none of that name."""
    if not file.exists(list(names)):
        return b""
    if file.get_size(list(names)) > MAX_STREAM:
        raise KnowledgeError("The file is too large to be read. Split it into parts.")
    return file.openstream(list(names)).read()


def title_of(file) -> str:
    """The title in the file's properties, where it has one."""
    try:
        found = file.get_metadata()
        title = found.title or b""
        # The code page is a signed number in the file; 65001 is UTF-8.
        page = (found.codepage or 1252) % 65536
        codec = "utf-8" if page == 65001 else "utf-16-le" if page == 1200 else f"cp{page}"
        text = title.decode(codec, errors="replace") if isinstance(title, bytes) else title
    except Exception:
        # The properties are an extra: damage in them must not cost the text.
        return ""
    return " ".join(text.replace("\0", " ").split())
