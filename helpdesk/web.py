"""A web process: what is served, and how the process goes about it. For uvicorn alone to load."""

import gc
import logging
import os
from contextlib import suppress
from threading import Thread

from django.db import Error, connection

# It sets Django up, which what comes next needs.
from helpdesk.asgi import application

# isort: split
from helpdesk import chain
from knowledge import indexes
from knowledge.errors import KnowledgeError

__all__ = ["application"]

# Of how many objects more than before Python looks for rings that nobody holds: an answer makes
# thousands, and leaves next to no rings.
gc.set_threshold(10_000, 20, 10)

# A thread that wakes interrupts no other that works: it would but wait for Python's lock, and both
# lose what is in the caches. Threads made from here on do as this one. Linux alone has it.
if hasattr(os, "SCHED_BATCH") and os.sched_getscheduler(0) == os.SCHED_OTHER:
    with suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def warm():
    """Loads what answers, so that the first question does not wait for it."""
    try:
        indexes.warm()
        chain.warm()
    except (KnowledgeError, OSError, ImportError, Error) as error:
        logging.getLogger(__name__).error("The embedding model can't be loaded: %s", error)
    finally:
        connection.close()
        # What is there now stays: looking through all of it stopped everything for 150 ms.
        gc.collect()
        gc.freeze()


Thread(target=warm, name="warm", daemon=True).start()
