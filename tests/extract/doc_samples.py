"""DOC and PPT files, the smallest that the formats allow, for the tests of their readers."""

import struct

from .ole_samples import compound, container, record

PAGE = 512


def word(paragraphs, version=0xC1, flags=0x0200, hidden=()):
    """A DOC file. A paragraph is its text with its end mark, its style and its properties.

    `hidden` are runs of characters, from and to, that are deleted.
    """
    text = "".join(paragraph[0] for paragraph in paragraphs)
    start = 2 * PAGE
    head = bytearray(start)
    struct.pack_into("<HH", head, 0, 0xA5EC, version)
    struct.pack_into("<H", head, 10, flags)
    struct.pack_into("<i", head, 76, len(text))
    body = text.encode("utf-16-le")
    body += bytes(-len(body) % PAGE)
    # Two pieces: readers must not take the text for one run.
    cut = len(text) // 2
    places = struct.pack("<3I", 0, cut, len(text))
    places += struct.pack("<HIH", 0, start, 0) + struct.pack("<HIH", 0, start + 2 * cut, 0)
    table = b"\x02" + struct.pack("<I", len(places)) + places
    struct.pack_into("<II", head, 418, 0, len(table))
    looks = [(len(p[0]), paragraph_look(*p[1:])) for p in paragraphs]
    number = (start + len(body)) // PAGE
    struct.pack_into("<II", head, 258, len(table), 12)
    table += struct.pack("<3I", start, start + 2 * len(text), number)
    pages = look_page(start, looks, 13)
    if hidden:
        runs = character_runs(hidden, len(text))
        struct.pack_into("<II", head, 250, len(table), 12)
        table += struct.pack("<3I", start, start + 2 * len(text), number + 1)
        pages += look_page(start, runs, 1)
    return compound({"WordDocument": bytes(head) + body + pages, "1Table": table})


def paragraph_look(style=0, properties=b""):
    inner = struct.pack("<H", style) + properties
    inner += bytes(1 - len(inner) % 2)
    return bytes([(len(inner) + 1) // 2]) + inner


def character_runs(hidden, length):
    """Lengths and looks of runs that part at the hidden ones; 0x0800 marks deleted text."""
    runs, at = [], 0
    for first, last in hidden:
        runs += [(first - at, b""), (last - first, b"\x03" + struct.pack("<HB", 0x0800, 1))]
        at = last
    return [*runs, (length - at, b"")]


def look_page(start, runs, entry):
    """A page of looks: places, entries that say where each look stands, then the looks."""
    page = bytearray(PAGE)
    page[-1] = len(runs)
    place, low = start, PAGE - 2
    struct.pack_into("<I", page, 0, place)
    for index, (length, look) in enumerate(runs):
        place += 2 * length
        struct.pack_into("<I", page, 4 * (index + 1), place)
        if look:
            low -= len(look) + len(look) % 2
            page[low : low + len(look)] = look
            page[4 * (len(runs) + 1) + entry * index] = low // 2
    return bytes(page)


def slides(*decks, token=0xE391C05F):
    """A PPT file. A slide is its title, its points and its other shapes' records."""
    atoms, places, listed = [], {}, b""
    for number, (title, points, *shapes) in enumerate(decks):
        outline = text_atoms(0, title) + text_atoms(1, "\r".join(points))
        listed += record(0x03F3, struct.pack("<IIIII", number + 2, 0, 2, 256 + number, 0)) + outline
        boxes = [box(record(0x0F9E, struct.pack("<I", index))) for index in (0, 1)]
        about = record(0x03EF, bytes(24), 2)
        slide = container(0x03EE, about, container(0x040C, *boxes, *shapes))
        places[number + 2] = len(b"".join(atoms))
        atoms.append(slide)
    places[1] = len(b"".join(atoms))
    atoms.append(container(0x03E8, record(0x0FF0, listed, 0xF, 0)))
    directory_at = len(b"".join(atoms))
    keys = struct.pack("<I", 1 | len(places) << 20)
    keys += b"".join(struct.pack("<I", places[key]) for key in sorted(places))
    atoms.append(record(0x1772, keys))
    edit_at = len(b"".join(atoms))
    atoms.append(record(0x0FF5, struct.pack("<6I", 0, 0, 0, directory_at, 1, 0) + bytes(4)))
    user = record(0x0FF6, struct.pack("<III", 20, token, edit_at) + bytes(12))
    return compound({"Current User": user, "PowerPoint Document": b"".join(atoms)})


def text_atoms(kind, text):
    return record(0x0F9F, struct.pack("<I", kind)) + record(0x0FA0, text.encode("utf-16-le"))


def box(*atoms, place=None):
    """A shape with a text."""
    parts = [record(0xF00F, struct.pack("<4i", *place))] if place else []
    return container(0xF004, *parts, container(0xF00D, *atoms))


def grid(rows):
    """A table: a group of shapes that says so, with a shape for each cell."""
    mark = container(0xF004, record(0xF122, struct.pack("<HI", 0x039F, 1), 3, 1))
    cells = [
        box(text_atoms(4, text), place=(x * 100, y * 40, x * 100 + 100, y * 40 + 40))
        for y, row in enumerate(rows)
        for x, text in enumerate(row)
    ]
    return container(0xF003, mark, *cells)
