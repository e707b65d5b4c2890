"""PowerPoint files of PowerPoint 97 to 2003 (PPT): every slide is a page.

The records are those of [MS-PPT]; 2.1.2 tells how the newest state of each slide is found.
"""

import struct
from pathlib import Path

from ..errors import KnowledgeError
from .blocks import Block, Extraction, Page
from .ole import opened, stream, title_of
from .ppt_shapes import Record, records, shape_blocks, text_runs
from .zipped import DAMAGED, PASSWORD

ENCRYPTED_TOKEN = 0xF3D1C4DF
USER_EDIT, PERSIST_DIRECTORY = 0x0FF5, 0x1772
SLIDE_LIST, SLIDE_PERSIST = 0x0FF0, 0x03F3
SLIDE_ATOM = 0x03EF
SLIDES, NOTES = 0, 2
MAX_EDITS = 10_000


def extract(path) -> Extraction:
    """The text of a PPT file with its speaker's notes, without that of its masters."""
    with opened(Path(path)) as file:
        user = stream(file, "Current User")
        data = stream(file, "PowerPoint Document")
        title = title_of(file)
    token, newest = struct.unpack_from("<II", user, 12)
    if token == ENCRYPTED_TOKEN:
        raise KnowledgeError(PASSWORD)
    places, document = _persisted(data, newest)
    lists = {
        each.instance: each for each in _record(data, places[document]) if each.kind == SLIDE_LIST
    }
    notes = {slide: place for slide, place, _ in _entries(lists.get(NOTES))}
    pages = []
    for _, key, outline in _entries(lists.get(SLIDES)):
        slide = _record(data, places[key])
        blocks = _titles_first(shape_blocks(slide, outline))
        about = next((each for each in slide if each.kind == SLIDE_ATOM), None)
        number = struct.unpack_from("<I", about.data, 16)[0] if about else 0
        if number in notes and notes[number] in places:
            blocks += _notes(_record(data, places[notes[number]]))
        pages.append(Page(len(pages) + 1, blocks))
    return Extraction(pages, title, paged=True)


def _persisted(data: bytes, newest: int) -> tuple[dict[int, int], int]:
    """Where each persisted object stands, and which of them is the document.

    Every save adds an edit with the objects that it changed; the newest is told first.
    """
    places: dict[int, int] = {}
    document, edit, seen = 0, newest, set()
    while edit and edit not in seen and len(seen) < MAX_EDITS:
        seen.add(edit)
        atom = _at(data, edit)
        if atom.kind != USER_EDIT:
            raise KnowledgeError(DAMAGED)
        edit, directory, root = struct.unpack_from("<III", atom.data, 8)
        document = document or root
        for key, place in _directory(_at(data, directory).data):
            places.setdefault(key, place)
    if document not in places:
        raise KnowledgeError(DAMAGED)
    return places, document


def _directory(data: bytes):
    """Runs of objects: a first number in 20 bits and a count in 12, then the places."""
    at = 0
    while at + 4 <= len(data):
        head = struct.unpack_from("<I", data, at)[0]
        first, count = head & 0xFFFFF, head >> 20
        at += 4
        for index in range(min(count, (len(data) - at) // 4)):
            yield first + index, struct.unpack_from("<I", data, at + 4 * index)[0]
        at += 4 * count


def _at(data: bytes, place: int) -> Record:
    found = next(records(data, place, len(data)), None)
    if found is None:
        raise KnowledgeError(DAMAGED)
    return found


def _record(data: bytes, place: int) -> list[Record]:
    """What a container at a place holds."""
    return list(records(_at(data, place).data))


def _entries(listed: Record | None) -> list[tuple[int, int, list]]:
    """Number, key and outline texts of each slide or note in a list."""
    found: list[tuple[int, int, list[Record]]] = []
    for each in records(listed.data) if listed else ():
        if each.kind == SLIDE_PERSIST:
            key, number = each.data[:4], each.data[12:16]
            found.append((*struct.unpack("<2I", number + key), []))
        elif found:
            found[-1][2].append(each)
    return [(number, key, text_runs(texts)) for number, key, texts in found]


def _titles_first(blocks: list[Block]) -> list[Block]:
    return sorted(blocks, key=lambda block: block.kind != "heading")


def _notes(inside: list[Record]) -> list[Block]:
    """The speaker's notes: paragraphs, whatever they look like."""
    return [
        Block("paragraph", b.text.removeprefix("- ")) for b in shape_blocks(inside, [], notes=True)
    ]
