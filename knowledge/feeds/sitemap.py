"""The pages of a website that its sitemap names (https://www.sitemaps.org/protocol.html)."""

import gzip
import io
import mimetypes
import time
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import httpx2
from django.conf import settings
from django.core.files import File
from lxml import etree

from knowledge.errors import KnowledgeError
from knowledge.extract.formats import SUFFIXES
from knowledge.feeds import reach
from knowledge.feeds.item import Item
from knowledge.forms import document_name

# For the next bytes, and for a whole file: a server that drips would hold a worker for ever. A feed
# is taken for dead after five minutes without a file.
SECONDS = 30.0
MOST_SECONDS = 240.0
MOST_PAGES = 10_000
MOST_SITEMAPS = 100
# The protocol allows 50 MB.
MOST_BYTES = 52_428_800
MOST_REDIRECTS = 5
IN_MEMORY = 1_000_000


def items(location: str, beat: Callable[[], None] = lambda: None) -> list[Item]:
    """The pages that a sitemap, or an index of sitemaps, names on its own host.

    `beat` is called after each sitemap, of which an index may name many. Raises KnowledgeError
    when one can't be fetched or read.
    """
    waiting, seen, found = [location], set(), {}
    while waiting:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        if len(seen) > MOST_SITEMAPS:
            raise KnowledgeError(f"The sitemap names more than {MOST_SITEMAPS} others.")
        root = parsed(address)
        beat()
        waiting += [same_host(location, loc) for loc, _ in named(root, "sitemap")]
        for loc, modified in named(root, "url"):
            page = same_host(location, loc)
            found[page] = item(page, modified)
        if len(found) > MOST_PAGES:
            raise KnowledgeError(f"The sitemap names more than {MOST_PAGES:,} pages.")
    return list(found.values())


def named(root, kind: str) -> list[tuple[str, str]]:
    """The addresses of a sitemap's entries, and when each was modified, where it says so."""
    entries = root.iterfind(f"{{*}}{kind}")
    pairs = [(one.findtext("{*}loc"), one.findtext("{*}lastmod")) for one in entries]
    return [(loc.strip(), (modified or "").strip()) for loc, modified in pairs if loc]


def item(page: str, modified: str) -> Item:
    return Item(page, name_of(page), modified, partial(fetch, page))


def name_of(page: str) -> str:
    """The document's name: host and path, with an ending that says what it is."""
    parts = urlsplit(page)
    path = PurePosixPath(unquote(parts.path).strip("/") or "index")
    query = f"-{parts.query}" if parts.query else ""
    ending = path.suffix if path.suffix.lower() in SUFFIXES else f"{path.suffix}.html"
    return document_name(f"{parts.netloc}/{path.with_suffix('')}{query}{ending}")


def same_host(location: str, address: str) -> str:
    """The whole address. Raises KnowledgeError for another host: nobody asked for its pages."""
    whole = urljoin(location, address)
    ours, theirs = urlsplit(location), urlsplit(whole)
    if theirs.scheme not in ("http", "https") or theirs.netloc != ours.netloc:
        raise KnowledgeError(
            f"The sitemap leads to {theirs.scheme}://{theirs.netloc}, which is another place than "
            f"{ours.netloc}. Make a feed of that one's own sitemap."
        )
    return urldefrag(whole).url


def parsed(address: str):
    """The root of a sitemap; entities and the network stay untouched."""
    with fetch(address, MOST_BYTES) as file:
        data = file.read()
    if data.startswith(b"\x1f\x8b"):
        data = unpacked(data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise KnowledgeError(f"{address} is no sitemap: it is no XML.") from None


def unpacked(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            whole = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise KnowledgeError("The sitemap is damaged: it can't be unpacked.") from None
    if len(whole) > MOST_BYTES:
        raise KnowledgeError("The sitemap unpacks to more than 50 MB, which no sitemap has.")
    return whole


def fetch(address: str, most_bytes: int | None = None) -> File:
    """The file at an address, from its own host. Raises KnowledgeError with the reason."""
    most_bytes = most_bytes or settings.MAX_UPLOAD_MB * 1_000_000
    try:
        with httpx2.Client(timeout=SECONDS) as client:
            return followed(client, address, most_bytes)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise KnowledgeError(f"{address} can't be fetched: {error or 'no answer'}.") from None


def followed(client, address: str, most_bytes: int) -> File:
    start = address
    for _ in range(MOST_REDIRECTS):
        with reach.opened(client, address) as response:
            if response.has_redirect_location:
                address = same_host(start, urljoin(address, response.headers["location"]))
                continue
            if response.status_code != httpx2.codes.OK:
                raise KnowledgeError(f"{address} answers {response.status_code}.")
            return kept(response, address, most_bytes)
    raise KnowledgeError(f"{start} leads on and on, and never to a page.")


def kept(response, address: str, most_bytes: int) -> File:
    # Whoever takes the file closes it.
    file, size = SpooledTemporaryFile(IN_MEMORY), 0  # noqa: SIM115
    end = time.monotonic() + MOST_SECONDS
    for piece in response.iter_bytes():
        if time.monotonic() > end:
            file.close()
            raise KnowledgeError(f"{address} takes longer than {MOST_SECONDS:.0f} seconds.")
        size += len(piece)
        if size > most_bytes:
            file.close()
            raise KnowledgeError(f"{address} has more than {most_bytes / 1_000_000:.0f} MB.")
        file.write(piece)
    file.seek(0)
    kind = response.headers.get("content-type", "").partition(";")[0]
    found = File(file, name=f"page{mimetypes.guess_extension(kind) or ''}")
    found.size = size
    return found
