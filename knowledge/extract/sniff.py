"""What a file is, by its content first and by its name second."""

import zipfile
from pathlib import Path

from ..errors import KnowledgeError
from .text import wide_encoding

SUFFIXES = {
    ".pdf": "pdf",
    ".docx": "word",
    ".docm": "word",
    ".pptx": "slides",
    ".pptm": "slides",
    ".xlsx": "sheets",
    ".xlsm": "sheets",
    ".csv": "csv",
    ".tsv": "csv",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
    ".log": "text",
    ".png": "ocr",
    ".jpg": "ocr",
    ".jpeg": "ocr",
    ".tif": "ocr",
    ".tiff": "ocr",
    ".bmp": "ocr",
    ".webp": "ocr",
}
NAMES = "PDF, Word (.docx), PowerPoint (.pptx), Excel (.xlsx), CSV, TSV, HTML, Markdown, text, \
PNG, JPEG, TIFF, BMP and WebP"
PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM")
OFFICE = {"word/": "word", "ppt/": "slides", "xl/": "sheets"}
MAX_UNPACKED = 500_000_000
MAX_RATIO = 200
# Small files pack tightly without harm.
RATIO_FROM = 20_000_000
MAX_MEMBERS = 20_000
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(path: Path, name: str) -> str:
    """The family of a file. Refuses what can't be read, with what to do."""
    suffix = Path(name).suffix.lower()
    with open(path, "rb") as file:
        head = file.read(8192)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise KnowledgeError("The file is empty. Check it and upload it again.")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _office_kind(path)
    kind = _binary_kind(path, head)
    if kind:
        return kind
    expected = SUFFIXES.get(suffix)
    if expected is None:
        _refuse()
    if _is_html(head) and expected != "markdown":
        return "html"
    if expected in ("pdf", "word", "slides", "sheets", "ocr"):
        raise KnowledgeError(
            f"The file is damaged, or it is no {suffix[1:].upper()} file though its name says so. "
            "Open it in its own program, save it anew and upload that."
        )
    if _is_binary(head):
        raise KnowledgeError(
            f"The file's name ends in {suffix}, but it holds no text. Export it anew as text."
        )
    return expected


def _binary_kind(path: Path, head: bytes) -> str:
    """The family of a file that is not text, by its first bytes; "" where they don't tell."""
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(OLD_OFFICE):
        _refuse_old(path)
    if head.startswith(b"{\\rtf"):
        raise KnowledgeError("RTF files can't be read. Save it as .docx and upload that.")
    if head.startswith(PICTURES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        # Text may begin with "BM", but no text holds the zeros of a bitmap's header.
        if head.startswith(b"BM") and b"\0" not in head[:30]:
            return ""
        return "ocr"
    return ""


def _is_html(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<?xml", b"<!--")):
        return b"<!doctype html" in start or b"<html" in start
    return start.startswith((b"<!doctype html", b"<html"))


def _is_binary(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or wide_encoding(head[:2000]):
        return False
    control = sum(byte < 9 or 13 < byte < 27 for byte in head)
    return control > 0.02 * len(head)


def _refuse() -> None:
    raise KnowledgeError(f"This kind of file is not supported. Upload one of these: {NAMES}.")


def _refuse_old(path: Path) -> None:
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise KnowledgeError("The file needs a password. Save a copy without one and upload that.")
    raise KnowledgeError(
        "Files of Office 97-2003 and mail files (.doc, .xls, .ppt, .msg) can't be read. "
        "Save it as .docx, .xlsx, .pptx or PDF and upload that."
    )


def _office_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise KnowledgeError(
            "The file is damaged. Open it in its own program, save it anew and upload that."
        ) from error
    _refuse_bomb(members)
    names = {member.filename for member in members}
    if "[Content_Types].xml" not in names:
        _refuse()
    if any(member.flag_bits & 1 for member in members):
        raise KnowledgeError("The file needs a password. Save a copy without one.")
    for folder, kind in OFFICE.items():
        if any(name.startswith(folder) for name in names):
            return kind
    return _refuse()


def _refuse_bomb(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    tight = unpacked > RATIO_FROM and unpacked > MAX_RATIO * packed
    if unpacked > MAX_UNPACKED or tight or len(members) > MAX_MEMBERS:
        raise KnowledgeError(
            f"The file unpacks to {unpacked // 1_000_000:,} MB, which is too much to be safe. "
            "Split it or export it as PDF."
        )
