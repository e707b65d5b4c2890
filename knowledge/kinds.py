"""What a file's name and first bytes tell before it is stored: whether any reader would take it."""

import tempfile
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.extract import SUFFIXES, ole, sniff, zipped

# No fewer than the reader looks at.
HEAD_BYTES = 8192
# Of these, only the whole file tells what it is.
CONTAINERS = (*zipped.MARKS, ole.MARK)


def unreadable(name: str, file) -> str:
    """Why no reader takes the file, in the reader's own English; "" where only reading it tells.

    Only files whose ending is unknown are looked at, and no further than their first bytes.
    """
    if Path(name).suffix.lower() in SUFFIXES:
        return ""
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if head.startswith(CONTAINERS):
        return ""
    with tempfile.NamedTemporaryFile() as start:
        start.write(head)
        start.flush()
        try:
            sniff.kind_of(Path(start.name), name)
        except KnowledgeError as error:
            return str(error)
    return ""
