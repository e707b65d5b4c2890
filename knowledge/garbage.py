"""How much of a worker Python looks through for rings of objects that nobody holds."""

import gc
from functools import cache


@cache
def pass_by_what_is_there() -> None:
    """What the process holds now is looked through no more; once a process.

    A document is tens of thousands of objects for a moment, which has Python look; and most of what
    it looked through was the desk itself.
    """
    gc.freeze()
