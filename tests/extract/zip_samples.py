"""OpenDocument files and EPUB books, the smallest that hold something, for the tests."""

import zipfile

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "style": "style",
        "presentation": "presentation",
    }.items()
)
TYPES = {"text": "text", "spreadsheet": "spreadsheet", "presentation": "presentation"}
META = (
    '<office:document-meta {0} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
    "<dc:title>{1}</dc:title></office:meta></office:document-meta>"
)
CONTAINER = '<container><rootfiles><rootfile full-path="in/book.opf"/></rootfiles></container>'
CHAPTER = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{}</body></html>'


def zipped(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def open_document(path, kind, body, styles="", title="", manifest=""):
    """An ODT, ODS or ODP file with this XML in its body."""
    content = (
        f"<office:document-content {SPACES}>"
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
        "</office:document-content>"
    )
    parts = {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content}
    if title:
        parts["meta.xml"] = META.format(SPACES, title)
    if manifest:
        parts["META-INF/manifest.xml"] = manifest
    return zipped(path, parts)


def book(path, *chapters, title="A book", more=None):
    """An EPUB book. Its chapters stand in the archive in the reverse of their order."""
    numbers = range(len(chapters))
    items = "".join(
        f'<item id="c{n}" href="c%20{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in reversed(numbers)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in numbers)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "in/book.opf": package,
    }
    parts |= {f"in/c {n}.xhtml": CHAPTER.format(chapters[n]) for n in numbers}
    return zipped(path, parts | (more or {}))
