"""Formats that are zip archives: Office, OpenDocument and EPUB."""

import zipfile
from pathlib import Path

from lxml import etree

from ..errors import KnowledgeError
from ..unpacking import DAMAGE

MARKS = (b"PK\x03\x04", b"PK\x05\x06")
OFFICE = {"word/": "word", "ppt/": "slides", "xl/": "sheets"}
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
EPUB = b"application/epub+zip"
MAX_UNPACKED = 500_000_000
MAX_RATIO = 200
# Small files pack tightly without harm.
RATIO_FROM = 20_000_000
MAX_MEMBERS = 20_000
PASSWORD = "The file needs a password. Save a copy without one and upload that."  # noqa: S105
DAMAGED = "The file is damaged. Open it in its own program, save it anew and upload that."


def kind_of(path: Path) -> str:
    """The family of an archive, "" for one of no known family. Refuses bombs and locked files."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _refuse_bomb(members)
            if any(member.flag_bits & 1 for member in members):
                raise KnowledgeError(PASSWORD)
            return _kind(archive, {member.filename for member in members})
    except DAMAGE as error:
        raise KnowledgeError(DAMAGED) from error


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "[Content_Types].xml" in names:
        for folder, kind in OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return kind
        return ""
    mime = archive.read("mimetype")[:200].strip() if "mimetype" in names else b""
    if mime == EPUB or "META-INF/container.xml" in names:
        return "epub"
    if mime.startswith(OPEN_DOCUMENT) or {"content.xml", "META-INF/manifest.xml"} <= names:
        manifest = "META-INF/manifest.xml"
        if manifest in names and b"encryption-data" in archive.read(manifest):
            raise KnowledgeError(PASSWORD)
        return "opendocument"
    return ""


def _refuse_bomb(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    tight = unpacked > RATIO_FROM and unpacked > MAX_RATIO * packed
    if unpacked > MAX_UNPACKED or tight or len(members) > MAX_MEMBERS:
        raise KnowledgeError(
            f"The file unpacks to {unpacked // 1_000_000:,} MB, which is too much to be safe. "
            "Split it or export it as PDF."
        )


def parse_xml(data: bytes):
    """The root of a part. Entities stay as they are, and nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(data, parser)
