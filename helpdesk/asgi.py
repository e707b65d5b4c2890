"""What a web process serves: pages, and the sockets of the conversations."""

import os
import warnings

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
pages = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402 - models need the settings first
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from helpdesk.bodies import bounded  # noqa: E402
from helpdesk.consumers import ConversationConsumer  # noqa: E402
from helpdesk.handoff.consumers import StaffConsumer  # noqa: E402
from helpdesk.languages import localised  # noqa: E402

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
        "http": bounded(pages),
        "websocket": AllowedHostsOriginValidator(localised(AuthMiddlewareStack(sockets))),
    }
)
