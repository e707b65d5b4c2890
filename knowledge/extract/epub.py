"""EPUB books: every chapter is a page, in the order of the spine (EPUB 3.3, section 5)."""

import posixpath
import zipfile
from urllib.parse import unquote

from ..errors import KnowledgeError
from .blocks import Extraction, Page
from .html import decode_page, html_blocks
from .word import child, name_of
from .zipped import DAMAGED, parse_xml

CONTAINER = "META-INF/container.xml"
PROTECTED = "The book is protected against copying, so its text can't be read. Ask its publisher \
for a copy without protection."
PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
MAX_CHAPTERS = 5000


def extract(path) -> Extraction:
    """The text of an EPUB file."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        package = _package(archive, names)
        root = parse_xml(archive.read(package))
        chapters = [name for name in _spine(root, posixpath.dirname(package)) if name in names]
        _refuse_protected(archive, names, set(chapters))
        pages = []
        for name in chapters[:MAX_CHAPTERS]:
            blocks, _ = html_blocks(decode_page(archive.read(name)))
            if blocks:
                pages.append(Page(len(pages) + 1, blocks))
    node = root.find(".//{*}metadata/{*}title")
    title = " ".join((node.text or "").split()) if node is not None else ""
    return Extraction(pages, title)


def _package(archive: zipfile.ZipFile, names: set[str]) -> str:
    """The name of the part that lists all others."""
    if CONTAINER in names:
        node = parse_xml(archive.read(CONTAINER)).find(".//{*}rootfile")
        path = node.get("full-path") if node is not None else ""
        if path in names:
            return path
    found = sorted(name for name in names if name.endswith(".opf"))
    if not found:
        raise KnowledgeError(DAMAGED)
    return found[0]


def _spine(root, folder: str) -> list[str]:
    """The names of the chapters in reading order, without the list of contents."""
    manifest, spine = child(root, "manifest"), child(root, "spine")
    items = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
        for item in (() if manifest is None else manifest)
        if name_of(item) == "item"
        and item.get("media-type") in PAGES
        and "nav" not in (item.get("properties") or "").split()
    }
    order = [item.get("idref") for item in (() if spine is None else spine) if name_of(item)]
    found = [items[key] for key in dict.fromkeys(order) if key in items]
    return found or list(items.values())


def _refuse_protected(archive: zipfile.ZipFile, names: set[str], chapters: set[str]) -> None:
    if "META-INF/encryption.xml" not in names:
        return
    # Fonts may be encrypted in any book; only an encrypted chapter is one that can't be read.
    root = parse_xml(archive.read("META-INF/encryption.xml"))
    locked = {unquote(node.get("URI") or "") for node in root.iter("{*}CipherReference")}
    if locked & chapters:
        raise KnowledgeError(PROTECTED)
