"""Compound files, the smallest that hold some streams ([MS-CFB]), for the tests of old formats."""

import struct

SECTOR = 512
# Streams below the cut lie in small sectors, which together are the root's own stream.
SMALL, CUT = 64, 4096
END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5


def compound(streams):
    """The bytes of a compound file. `streams` maps paths to bytes: "a/b" is b in the storage a."""
    entries = entries_of(streams)
    small, small_chains = chained(entries, streams, SMALL, lambda size: size < CUT)
    streams = {**streams, "": small}
    body, chains = chained(entries, streams, SECTOR, lambda size: size >= CUT)
    root = entries[0]
    root["start"], root["size"] = appended(chains, small), len(small)
    body += filled(small)
    folder = b"".join(map(packed, entries))
    folder_at = appended(chains, folder)
    small_table = struct.pack(f"<{len(small_chains)}I", *small_chains)
    small_at = appended(chains, small_table)
    body += filled(folder) + filled(small_table, b"\xff")
    tables = 1
    while (len(chains) + tables) * 4 > tables * SECTOR:
        tables += 1
    table_at = len(chains)
    chains += [TABLE] * tables
    table = filled(struct.pack(f"<{len(chains)}I", *chains), b"\xff")
    small_count = -(-len(small_table) // SECTOR)
    return header(folder_at, table_at, tables, small_at, small_count) + body + table


def chained(entries, streams, unit, wanted):
    """The streams of a wanted size one after another in sectors, and what follows each sector."""
    body, chains = b"", []
    for entry in entries:
        data = streams.get(entry["path"], b"")
        if entry["path"] and data and wanted(len(data)):
            entry["start"], entry["size"] = appended(chains, data, unit), len(data)
            body += filled(data, unit=unit)
    return body, chains


def appended(chains, data, unit=SECTOR):
    """Where the data begins as the next chain of sectors."""
    start, count = len(chains), -(-len(data) // unit)
    chains += [*range(start + 1, start + count), END][:count]
    return start if count else END


def filled(data, sign=b"\0", unit=SECTOR):
    return data.ljust(-(-len(data) // unit) * unit, sign)


def header(folder_at, table_at, tables, small_at, small_count):
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, tables, folder_at, 0, CUT, small_at, small_count, END, 0)
    places = [table_at + index for index in range(tables)]
    return head + struct.pack("<109I", *places, *[FREE] * (109 - tables))


def entries_of(streams):
    """The entries of the folder; those of one storage are a chain to the right."""
    paths = {""} | set(streams)
    paths |= {path[:at] for path in streams for at, sign in enumerate(path) if sign == "/"}
    entries = [{"path": path, "next": FREE, "child": FREE} for path in sorted(paths)]
    places = {entry["path"]: at for at, entry in enumerate(entries)}
    for parent in entries:
        inner = [p for p in places if p and p.rpartition("/")[0] == parent["path"]]
        # The order that readers search by: shorter names first.
        inner.sort(key=lambda path: (len(path), path.upper()))
        for left, right in zip(inner, inner[1:], strict=False):
            entries[places[left]]["next"] = places[right]
        if inner:
            parent["child"] = places[inner[0]]
    for entry in entries:
        kind = STREAM if entry["path"] in streams else STORAGE
        entry["kind"] = kind if entry["path"] else ROOT
        entry["start"], entry["size"] = END, 0
    return entries


def packed(entry):
    name = (entry["path"].rpartition("/")[2] or "Root Entry").encode("utf-16-le") + b"\0\0"
    data = name.ljust(64, b"\0") + struct.pack("<HBB", len(name), entry["kind"], 1)
    data += struct.pack("<3I", FREE, entry["next"], entry["child"]) + bytes(36)
    return data + struct.pack("<IQ", entry["start"], entry["size"])


def record(kind, data, version=0, instance=0):
    """A record of a PPT file."""
    return struct.pack("<HHI", version | instance << 4, kind, len(data)) + data


def container(kind, *inside, instance=0):
    return record(kind, b"".join(inside), 0xF, instance)


def workbook(rows, *records_first):
    """An XLS file of Excel 5 to 2003 with one sheet of texts and numbers."""

    def cells(records):
        return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)

    begin = struct.pack("<HHHH", 0x500, 5, 0x1234, 1996)
    sheet = [(0x809, struct.pack("<HHHH", 0x500, 0x10, 0x1234, 1996))]
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            place = struct.pack("<HHH", y, x, 0)
            if isinstance(value, str):
                text = value.encode("cp1252")
                sheet.append((0x204, place + struct.pack("<H", len(text)) + text))
            else:
                sheet.append((0x203, place + struct.pack("<d", value)))
    sheet.append((0x0A, b""))
    first = [(0x809, begin), *records_first, (0x42, struct.pack("<H", 1252))]
    name = b"\x05Rates"
    at = len(cells(first)) + 4 + 6 + len(name) + 4
    first += [(0x85, struct.pack("<IH", at, 0) + name), (0x0A, b"")]
    return compound({"Book": cells(first) + cells(sheet)})


def message(properties, attachments=(), mail_class="IPM.Note", sent=0):
    """An MSG file. Each attachment maps properties to texts and bytes, as `properties` does."""
    streams = {"__properties_version1.0": bytes(32) + struct.pack("<IIQ", 0x00390040, 6, sent)}
    streams |= property_streams("", {"001A": mail_class, **properties})
    for number, attachment in enumerate(attachments):
        folder = f"__attach_version1.0_#{number:08X}/"
        streams[f"{folder}__properties_version1.0"] = bytes(8)
        streams |= property_streams(folder, attachment)
    return compound(streams)


def property_streams(folder, properties):
    found = {}
    for key, value in properties.items():
        wide = isinstance(value, str)
        name = f"{folder}__substg1.0_{key}{'001F' if wide else '0102'}"
        found[name] = value.encode("utf-16-le") if wide else value
    return found
