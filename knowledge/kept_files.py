"""Files that are made once and kept: each has the SHA-256 of its bytes in its name."""

import hashlib
from contextlib import suppress
from pathlib import Path


def intact(folder: Path, stem: str) -> Path | None:
    """The kept file whose bytes are the ones that its name tells."""
    for path in folder.glob(f"{stem}-*.onnx"):
        # Another process may just have made it anew.
        with suppress(FileNotFoundError):
            if path.name == name(stem, path):
                return path
    return None


def name(stem: str, path: Path) -> str:
    """What a file with the bytes of the one at `path` is called."""
    return f"{stem}-{digest(path)[:32]}.onnx"


def keep(new: Path, folder: Path, stem: str, *former: str) -> Path:
    """Gives a new file its name in the folder, and removes others that are called like `former`."""
    target = folder / name(stem, new)
    new.replace(target)
    for old in (old for pattern in former for old in folder.glob(pattern)):
        if old != target:
            old.unlink(missing_ok=True)
    return target


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
