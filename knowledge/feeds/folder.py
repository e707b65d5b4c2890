"""A watched folder of the machine: every file below it whose format is read."""

import os
from functools import partial
from pathlib import Path

from django.core.files import File

from knowledge.errors import KnowledgeError
from knowledge.extract.formats import SUFFIXES
from knowledge.feeds.item import Item
from knowledge.forms import document_name


def items(location: str) -> list[Item]:
    """The files below a folder, without hidden ones and without links that lead out of it.

    Raises KnowledgeError when the folder can't be read.
    """
    root = Path(location)
    if not root.is_dir():
        raise KnowledgeError(f"The folder {location} is not there. Check its path.")
    return [item(root, path) for path in files(root)]


def files(root: Path) -> list[Path]:
    found = []
    for folder, folders, names in os.walk(root, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(folder, name) for name in names if not name.startswith(".")]
    inside = root.resolve()
    return sorted(
        path
        for path in found
        if path.suffix.lower() in SUFFIXES and path.resolve().is_relative_to(inside)
    )


def refuse(error: OSError):
    raise KnowledgeError(f"The folder can't be read: {error.strerror}. Check who may read it.")


def item(root: Path, path: Path) -> Item:
    key = path.relative_to(root).as_posix()
    return Item(key, document_name(key), stamp(path), partial(opened, path))


def stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_mtime_ns}-{status.st_size}"


def opened(path: Path) -> File:
    try:
        return File(path.open("rb"), name=path.name)
    except OSError as error:
        raise KnowledgeError(f"It can't be opened: {error.strerror}.") from None
