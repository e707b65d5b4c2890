"""From started processes to a desk that answers: what the person in front of it is told."""

import sys
import time
import urllib.request

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection

from helpdesk.postgres import Server
from knowledge.demo.company import account_lines
from knowledge.models import Version
from knowledge.waiting import worker_is_alive

SLOW_SECONDS = 90
POLL_SECONDS = 0.25
WATCH_SECONDS = 2.0
# A handbook of which nothing more comes for so long keeps nobody from asking.
STUCK_SECONDS = 120


def address() -> str:
    """Where this machine's browser finds the desk."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"


class Starting:
    """Called often by the supervisor: one look at the desk each time, never waiting long."""

    def __init__(self, say, reading: bool):
        self.say, self.reading = say, reading
        self.step = self.wait_for_page
        self.began = self.changed = time.monotonic()
        self.next = 0.0
        self.progress = ""

    def tick(self):
        if time.monotonic() >= self.next:
            self.next = time.monotonic() + POLL_SECONDS
            self.step()

    def wait_for_page(self):
        if answers(address()) and worker_is_alive():
            self.step = self.wait_for_handbook if self.reading else self.welcome
        elif time.monotonic() - self.began > SLOW_SECONDS:
            self.began = time.monotonic()
            self.say("The page or the worker does not answer yet; still waiting.")

    def wait_for_handbook(self):
        rows = list(Version.objects.values_list("status", flat=True))
        connection.close()
        left = sum(status in Version.UNFINISHED for status in rows)
        failed = rows.count(Version.Status.FAILED)
        progress = f"{len(rows) - left - failed} of {len(rows)} documents ready"
        if failed:
            progress += f", {failed} failed (the documents page says why)"
        if progress != self.progress:
            self.progress, self.changed = progress, time.monotonic()
            self.show(f"Reading the handbook: {progress}", not left)
        if not left or time.monotonic() - self.changed > STUCK_SECONDS:
            self.welcome()

    def show(self, line: str, last: bool):
        """On a terminal one line that changes, elsewhere a line each time."""
        if sys.stdout.isatty():
            sys.stdout.write(f"\r{line}" + ("\n" if last else ""))
            sys.stdout.flush()
        else:
            self.say(line)

    def welcome(self):
        self.say(f"The desk is ready: {address()}")
        accounts = account_lines() if settings.DEMO else []
        if accounts:
            self.say("Sign in with a demo account:")
        for line in accounts:
            self.say(line)
        if not get_user_model().objects.exists():
            self.say("Nobody can sign in yet. Make the first account: manage.py createsuperuser")
        self.say("Ctrl-C ends it.")
        connection.close()
        connection.close_pool()
        self.step = self.watch

    def watch(self):
        """Brings the embedded database back should it die: nobody else would."""
        self.next = time.monotonic() + WATCH_SECONDS
        for server in Server.servers.values():
            if not server.running():
                self.say("The database has stopped; starting it again.")
                server.revive()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=3) as response:  # noqa: S310 - our own address
            return response.status == 200
    except OSError:
        return False
