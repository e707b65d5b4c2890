"""`manage.py serve`: the whole desk in one terminal; what `bin/run` ends in."""

import os
import signal
import socket
import sys

from django.conf import settings
from django.core.management.base import BaseCommand

from helpdesk.errors import HelpdeskError
from helpdesk.preparing import prepare
from helpdesk.starting import Starting, address
from helpdesk.supervisor import StartError, Supervisor, commands, say
from knowledge.errors import KnowledgeError


class Command(BaseCommand):
    help = "Prepares the desk, runs its web and worker processes, and ends them with itself."
    requires_system_checks = []

    def handle(self, **options):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            self.serve()
        except (HelpdeskError, KnowledgeError, StartError) as error:
            sys.exit(str(error))
        except KeyboardInterrupt:
            sys.exit(130)

    def serve(self):
        supervisor = Supervisor(commands(without=unwanted()), settings.VAR_DIR, environment())
        supervisor.claim()
        check_port(settings.HOST, settings.PORT)
        loaded = prepare(say)
        say("Starting…")
        supervisor.run(Starting(say, loaded).tick)
        say("Stopped.")


def unwanted() -> set[str]:
    """The processes that the settings have no use for."""
    return set() if settings.SERVING == "transformers" else {"model"}


def environment() -> dict:
    """What the Procfile's lines ask for, beside this process's own environment."""
    names = ("HOST", "PORT", "WEB_WORKERS", "SERVING_URL", "FORWARDED_ALLOW_IPS")
    values = {name: str(getattr(settings, name)) for name in names}
    return os.environ | values | {"PYTHONUNBUFFERED": "1", "TQDM_DISABLE": "1"}


def check_port(host: str, port: int):
    """Raises StartError when the address can't be served."""
    try:
        (family, kind, _, _, place), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except PermissionError:
        raise StartError(f"Port {port} needs more rights: set PORT to 1024 or more.") from None
    except socket.gaierror:
        raise StartError(f"HOST={host} is no address of this machine.") from None
    except OSError as error:
        raise StartError(
            f"{address()} can't be served ({error.strerror}): end the program that has it, or set"
            " another PORT."
        ) from None
