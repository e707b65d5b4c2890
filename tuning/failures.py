"""Pure: why a training ended before its end, by a code that the desk has a sentence for."""

import errno
import shutil

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# What safetensors and torch say where they hide the system's own error.
SAYS_FULL = (
    "no space left",
    "file too large",
    "disk quota",
    "pytorchstreamwriter",
    "unexpected pos",
)
SAYS_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory")
ROOM = 1_000_000


class Ended(Exception):  # noqa: N818 - an end that was foreseen, and no error of the program
    """A training that can't begin or go on; `code` names why."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def of(error: Exception, folder) -> Ended:
    """The end that an error means; "error" where nobody foresaw it."""
    if isinstance(error, Ended):
        return error
    said = str(error).lower()
    if isinstance(error, MemoryError) or any(words in said for words in SAYS_MEMORY):
        return Ended("memory")
    if getattr(error, "errno", None) in FULL or any(words in said for words in SAYS_FULL):
        return Ended("disk")
    if shutil.disk_usage(folder).free < ROOM:
        return Ended("disk")
    if isinstance(error, OSError | ValueError) and "huggingface" in said:
        return Ended("no_model")
    return Ended("error")
