"""The web process: pages, and the sockets of the conversations."""

import gc
import logging
import os
import warnings
from contextlib import suppress
from threading import Thread

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
pages = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402 - models need the settings first
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.db import Error, connection  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from helpdesk import chain  # noqa: E402
from helpdesk.consumers import ConversationConsumer  # noqa: E402
from helpdesk.handoff.consumers import StaffConsumer  # noqa: E402
from helpdesk.languages import localised  # noqa: E402
from knowledge import indexes  # noqa: E402
from knowledge.errors import KnowledgeError  # noqa: E402

# Static files and downloads are read from disk in pieces: Django would tell at each of them that it
# gathers the pieces before it sends them.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")

conversation = ConversationConsumer.as_asgi()
staff = StaffConsumer.as_asgi()
sockets = URLRouter(
    [
        path("ws/c/<int:pk>/", conversation),
        path("ws/handoffs/", staff),
        path("ws/handoffs/<int:pk>/", staff),
        re_path("", conversation),
    ]
)
application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": AllowedHostsOriginValidator(localised(AuthMiddlewareStack(sockets))),
    }
)


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
