"""Office files that are encrypted: read where the password is the one that Office assumes.

Excel encrypts a workbook with the password "VelvetSweatshop" when it is only protected against
changes, and opens it without asking ([MS-OFFCRYPTO] 2.3.7.2 and 2.3.4.13).
"""

import tempfile
from pathlib import Path

from ..errors import KnowledgeError
from .blocks import Extraction
from .zipped import PASSWORD

ASSUMED = ("VelvetSweatshop", "")


def extract(path) -> Extraction:
    """The text of an encrypted file. Raises KnowledgeError where it needs a real password."""
    from . import extract as read

    with tempfile.TemporaryDirectory() as folder:
        return read(unlocked(Path(path), Path(folder)))


def unlocked(path: Path, folder: Path) -> Path:
    """A copy without the encryption, in `folder`."""
    import msoffcrypto

    target = folder / "unlocked"
    for password in ASSUMED:
        with open(path, "rb") as locked, open(target, "wb") as plain:
            try:
                office = msoffcrypto.OfficeFile(locked)
                office.load_key(password=password)
                office.decrypt(plain)
                return target
            except Exception:  # noqa: S112
                # Each variant of the encryption fails in its own way; the next may fit.
                continue
    raise KnowledgeError(PASSWORD)
