"""ZIP files: the files inside, one after another, each under its name with its folders.

Nothing is ever written to a place that the archive names, and no figure that it gives of itself is
believed: bytes are counted while they are unpacked.
"""

import os
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files import File
from django.utils.translation import gettext_lazy as _

from knowledge.errors import KnowledgeError
from knowledge.unpacking import DAMAGE

# So many files an archive, so many bytes of them all, and of one beside its packed size.
MOST_FILES = 1000
MOST_BYTES = 2_000_000_000
MOST_RATIO = 200
# Small files of blanks or zeros pack far better than that, and do no harm.
HARMLESS_BYTES = 10_000_000
IN_MEMORY = 2_500_000
PIECE = 1 << 16
# The archive's own list of files, in bytes, and where its end record says so.
MOST_LIST_BYTES = 4_000_000
LIST_BYTES = 5
UTF8_NAME = 0x800
LEFT_BEHIND = ("thumbs.db", "desktop.ini")
ENCRYPTED = 0x1

TOO_MANY = _("The archive holds more than {} files. Send it in parts.")
DAMAGED = _("The archive is damaged or no ZIP file. Pack it again.")
LOCKED = _("It is locked with a password. Unpack it, and send the file itself.")
BOMB = _("It unpacks to far more than its packed size allows, so it was left out.")
TOO_MUCH = _("The archive unpacks to more than {} GB. Send it in parts.")
TOO_LARGE = _("It unpacks to more than {} MB. Split it or make it smaller.")
LINK = _("It is a link, not a file.")
NESTED = _("An archive within an archive is not unpacked. Send it by itself.")
UNREADABLE = _("It could not be unpacked. Send the file itself.")


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive, open while it is one's turn; or why it was left out."""

    name: str
    file: File | None = None
    error: str = ""


def is_archive(name: str) -> bool:
    """Whether a file is to be unpacked, by its name: Word and Excel files are ZIP files too."""
    return name.lower().endswith(".zip")


def is_junk(name: str) -> bool:
    """What systems leave in folders, and nobody wrote: hidden files, macOS's, Windows'."""
    parts = [part for part in PurePosixPath(name).parts if part != ".."]
    if any(part.startswith(".") or part == "__MACOSX" for part in parts):
        return True
    return bool(parts) and (parts[-1].lower() in LEFT_BEHIND or parts[-1].startswith("~$"))


def members(name: str, file, most_bytes: int) -> Iterator[Member]:
    """The files of the archive `file` in its order, without junk; `most_bytes` is a file's limit.

    A folder that is named as the archive and holds everything is no part of the names. Raises
    KnowledgeError where the archive can't be read, or holds too much.
    """
    with opened(file) as archive:
        found = [info for info in archive.infolist() if not info.is_dir()]
        root = root_of(name, found)
        left = MOST_BYTES
        for info in found:
            path = name_of(info).removeprefix(root)
            if is_junk(path):
                continue
            error = refused(info)
            if error:
                yield Member(path, error=error)
                continue
            with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as unpacked:
                error, size = unpack(archive, info, unpacked, most_bytes)
                left -= size
                if left < 0:
                    raise KnowledgeError(TOO_MUCH.format(MOST_BYTES // 10**9))
                unpacked.seek(0)
                yield Member(path, None if error else sized(unpacked, path, size), error)


def junk(file) -> int:
    """How many files of an archive are left out as junk. Raises KnowledgeError as `members`."""
    with opened(file) as archive:
        found = [info for info in archive.infolist() if not info.is_dir()]
    return sum(is_junk(name_of(info)) for info in found)


def opened(file) -> zipfile.ZipFile:
    """The archive. Raises KnowledgeError where it is none, or holds too much or too many files."""
    if file.seek(0, os.SEEK_END) > MOST_BYTES:
        raise KnowledgeError(TOO_MUCH.format(MOST_BYTES // 10**9))
    file.seek(0)
    try:
        # Before a row of it is read: a list of millions of files would fill the memory.
        end = zipfile._EndRecData(file)
        if end and end[LIST_BYTES] > MOST_LIST_BYTES:
            raise KnowledgeError(TOO_MANY.format(f"{MOST_FILES:,}"))
        archive = zipfile.ZipFile(file)
    except DAMAGE:
        raise KnowledgeError(DAMAGED) from None
    if files_in(archive) > MOST_FILES:
        archive.close()
        raise KnowledgeError(TOO_MANY.format(f"{MOST_FILES:,}"))
    return archive


def files_in(archive: zipfile.ZipFile) -> int:
    return sum(not one.is_dir() and not is_junk(name_of(one)) for one in archive.infolist())


def name_of(info: zipfile.ZipInfo) -> str:
    """A member's path. Many programs write UTF-8 without saying so."""
    name = info.filename
    if not info.flag_bits & UTF8_NAME:
        try:
            name = name.encode("cp437").decode()
        except ValueError:
            return name
    return name


def root_of(name: str, found: list[zipfile.ZipInfo]) -> str:
    """The folder, with its slash, that holds everything and is named as the archive; else ""."""
    root = PurePosixPath(name).stem + "/"
    names = (name_of(info) for info in found)
    return root if all(one.startswith((root, "__MACOSX/")) for one in names) else ""


def refused(info: zipfile.ZipInfo) -> str:
    """Why a member is not even unpacked; "" where it is."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return LINK
    if info.flag_bits & ENCRYPTED:
        return LOCKED
    return NESTED if is_archive(info.filename) else ""


def unpack(archive, info, target, most_bytes: int) -> tuple[str, int]:
    """Unpacks a member into `target`: what is wrong with it, or "", and how many bytes it gave."""
    size, most_unpacked = 0, max(HARMLESS_BYTES, MOST_RATIO * info.compress_size)
    try:
        with archive.open(info) as packed:
            while piece := packed.read(PIECE):
                size += len(piece)
                if size > most_unpacked:
                    return BOMB, size
                if size > most_bytes:
                    return TOO_LARGE.format(most_bytes // 1_000_000), size
                target.write(piece)
    except DAMAGE:
        return UNREADABLE, size
    return "", size


def sized(file, name: str, size: int) -> File:
    """A Django file of known size: a spooled one has no name to ask the disk by."""
    made = File(file, name=name)
    made.size = size
    return made
