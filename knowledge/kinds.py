"""What a file's name and first bytes tell before it is stored: whether any reader would take it."""

from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.extract import SUFFIXES, sniff


def unreadable(name: str, file) -> str:
    """Why no reader takes the file, in the reader's own English; "" where only reading it tells.

    Only files whose ending is unknown are looked at, and no further than their first bytes.
    """
    if Path(name).suffix.lower() in SUFFIXES:
        return ""
    head = file.read(sniff.HEAD_BYTES)
    file.seek(0)
    if sniff.is_container(head):
        return ""
    try:
        sniff.kind_of_head(head, name)
    except KnowledgeError as error:
        return str(error)
    return ""
