"""What a file is, by its content first and by its name second."""

from pathlib import Path

from ..errors import KnowledgeError
from . import ole, zipped
from .formats import NAMES, SUFFIXES, TEXTS
from .text import wide_encoding

# So many of its first bytes are looked at.
HEAD_BYTES = 8192
PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM")
# Workbooks of Excel 2 to 4 are a bare stream of records; its first says so.
OLD_SHEETS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
UNSUPPORTED = f"This kind of file is not supported. Upload one of these: {NAMES}."
# What no text holds but for tabs, ends of lines and pages, and escapes.
CONTROL = bytes([*range(9), *range(14, 27)])
SPACE = b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"


def kind_of(path: Path, name: str) -> str:
    """The family of a file. Refuses what can't be read, with what to do."""
    with open(path, "rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(zipped.MARKS):
        return zipped.kind_of(path) or _refuse()
    if head.startswith(ole.MARK):
        return ole.kind_of(path) or _refuse()
    return kind_of_head(head, name)


def is_container(head: bytes) -> bool:
    """Whether only the whole file tells what it is."""
    return head.startswith((*zipped.MARKS, ole.MARK))


def kind_of_head(head: bytes, name: str) -> str:
    """The family of a file, no container, by its first bytes. Refuses as `kind_of` does."""
    suffix = Path(name).suffix.lower()
    if not head.strip(SPACE):
        raise KnowledgeError("The file is empty. Check it and upload it again.")
    kind = _binary_kind(head)
    if kind:
        return kind
    expected = SUFFIXES.get(suffix, "")
    if (not expected and suffix) or (not expected and _is_binary(head)):
        raise KnowledgeError(UNSUPPORTED)
    kind = _text_kind(head, expected or "text")
    if kind not in TEXTS:
        raise KnowledgeError(
            f"The file is damaged, or it is no {suffix[1:].upper()} file though its name says so. "
            "Open it in its own program, save it anew and upload that."
        )
    if _is_binary(head):
        raise KnowledgeError(
            f"The file's name ends in {suffix}, but it holds no text. Export it anew as text."
        )
    return kind


def _binary_kind(head: bytes) -> str:
    """The family of a file that its first bytes tell; "" where they don't."""
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(OLD_SHEETS):
        return "xls"
    if head.startswith(PICTURES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        # Text may begin with "BM", but no text holds the zeros of a bitmap's header.
        if head.startswith(b"BM") and b"\0" not in head[:30]:
            return ""
        return "ocr"
    return ""


def _refuse() -> str:
    raise KnowledgeError(UNSUPPORTED)


def _text_kind(head: bytes, expected: str) -> str:
    """The family of a text file: what its first words say, else what its name says."""
    start = head.replace(b"\0", b"").lstrip(SPACE).lower()
    if expected != "markdown" and _is_html(start):
        return "html"
    if start.startswith(b"<?xml") and expected in ("text", "doc", "xls", "word", "sheets"):
        return "xml_text"
    # A wiki's export for Word is a web page packed as a mail.
    if expected in ("doc", "word") and b"mime-version:" in start[:1000]:
        return "mail"
    # Many programs export a table of tabs under the name of a workbook.
    if expected == "xls" and b"\t" in start:
        return "csv"
    return expected


def _is_html(start: bytes) -> bool:
    if start.startswith((b"<?xml", b"<!--")):
        return b"<!doctype html" in start or b"<html" in start
    return start.startswith((b"<!doctype html", b"<html"))


def _is_binary(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or wide_encoding(head[:2000]):
        return False
    control = len(head) - len(head.translate(None, CONTROL))
    return control > 0.02 * len(head)
