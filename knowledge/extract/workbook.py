"""What openpyxl's quick reading leaves out of a workbook: tabs, merged cells, charts, pictures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..unpacking import DAMAGE
from .package import REL_ID, Package

CHUNK = 4_000_000
MAX_MERGED = 100_000
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
# A formula whose cell ends without a value.
NO_VALUE = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^>]*)?/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?"
    rb"\s*</(?:\w+:)?c>"
)
DRAWN = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif", ".webp")


@dataclass(slots=True)
class Tab:
    """A sheet as the workbook lists it, and where its parts lie."""

    name: str
    part: str
    # (first row, last row, column), from 0, of cells merged over several rows.
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    unsolved: int = 0


def tabs_of(package: Package) -> list[Tab]:
    """The sheets and chart sheets in their order."""
    main = _main(package)
    parts = {one.id: one.part for one in package.relations(main)}
    root = package.xml(main)
    sheets = [] if root is None else list(root.iter("{*}sheet"))
    found = []
    for node in sheets:
        relation = next((v for k, v in node.items() if k == REL_ID or k.endswith("}id")), "")
        found.append(Tab(node.get("name") or "", parts.get(relation, "")))
    return found


def _main(package: Package) -> str:
    found = package.related("", "officeDocument")
    return found[0] if found else "xl/workbook.xml"


def look_through(package: Package, tab: Tab) -> None:
    """Notes a sheet's merged cells, and counts its formulas that have no stored result."""
    try:
        for piece in _pieces(package, tab.part):
            tab.unsolved += len(NO_VALUE.findall(piece))
            for first, top, _, bottom in MERGED.findall(piece):
                if top != bottom and len(tab.merged) < MAX_MERGED:
                    tab.merged.append((int(top) - 1, int(bottom) - 1, column_of(first.decode())))
    except (KeyError, *DAMAGE):
        return


def _pieces(package: Package, part: str) -> Iterator[bytes]:
    """A part in pieces that end where an element does, for sheets are too large for one."""
    rest = b""
    with package.archive.open(part) as file:
        while data := file.read(CHUNK):
            data = rest + data
            cut = max(data.rfind(b"</c>"), data.rfind(b"<mergeCell "))
            cut = cut + 4 if cut >= 0 and data.startswith(b"</c>", cut) else max(cut, 0)
            yield data[:cut]
            rest = data[cut:]
    yield rest


def column_of(letters: str) -> int:
    """A column's place from 0 by its letters: A is 0, AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def drawings(package: Package, tab: Tab) -> tuple[list[bytes], list[bytes]]:
    """The XML of the charts on a sheet, and its pictures."""
    charts, pictures = [], []
    for drawing in package.related(tab.part, "drawing"):
        for part in package.related(drawing, "chart"):
            charts.append(package.data(part))
        for part in package.related(drawing, "image"):
            if part.lower().endswith(DRAWN):
                pictures.append(package.data(part))
    return charts, pictures


def texts_of(package: Package, tab: Tab) -> list[str]:
    """The paragraphs of a sheet's text boxes and shapes."""
    found = []
    for drawing in package.related(tab.part, "drawing"):
        root = package.xml(drawing)
        for body in () if root is None else root.iter("{*}txBody"):
            for paragraph in body.iter("{*}p"):
                text = "".join(node.text or "" for node in paragraph.iter("{*}t"))
                found += [" ".join(text.split())] if text.strip() else []
    return found
