"""What every kind of place gives."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.files import File


@dataclass(frozen=True, slots=True)
class Item:
    """A file of a feed: its `key` there, the name of its document, and how to get it.

    While `stamp` stays the same, and is not empty, the file need not be read. `fetch` raises
    KnowledgeError.
    """

    key: str
    name: str
    stamp: str
    fetch: Callable[[], File]
