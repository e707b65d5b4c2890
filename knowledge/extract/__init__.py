"""Text extraction: a file becomes pages of blocks, each knowing where it stands.

Pure Python without Django; every format's library is loaded only when a file needs it.
"""

import importlib
from collections.abc import Callable
from pathlib import Path

from ..errors import KnowledgeError
from .blocks import Block, Extraction, Page, Span
from .formats import MODULES, SUFFIXES, WITH_PROGRESS
from .sniff import kind_of

__all__ = ["SUFFIXES", "Block", "Extraction", "KnowledgeError", "Page", "Span", "extract"]

DAMAGED = "The file is damaged and can't be read. Open it in its own program, save it anew and \
upload that."
NO_TEXT = "The file holds no text that can be read. Check that it is the right one; if it is a \
scan, upload it with a higher resolution."

Progress = Callable[[int, int], None]


def extract(path: str | Path, name: str = "", progress: Progress | None = None) -> Extraction:
    """The text of a file. `name` is its name for people, where it differs from the path's.

    `progress(done, total)` is called after each page. Raises KnowledgeError and nothing else,
    save MemoryError.
    """
    path = Path(path)
    try:
        found = _read(path, kind_of(path, name or path.name), progress)
    except (KnowledgeError, MemoryError):
        raise
    except FileNotFoundError as error:
        raise KnowledgeError("The file is gone. Upload it again.", again=True) from error
    except PermissionError as error:
        raise KnowledgeError("The server may not read the file.", again=True) from error
    except Exception as error:
        # A library's own words would mean nothing to an administrator.
        raise KnowledgeError(DAMAGED) from error
    if not any(c.isalnum() for page in found.pages for b in page.blocks for c in b.text):
        raise KnowledgeError(NO_TEXT)
    return found


def _read(path: Path, kind: str, progress: Progress | None) -> Extraction:
    module = importlib.import_module(f".{MODULES.get(kind, kind)}", __package__)
    if kind in WITH_PROGRESS:
        return module.extract(path, progress)
    if kind == "csv":
        return module.extract_csv(path)
    return module.extract(path)
