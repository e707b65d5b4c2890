"""A worker for a command that waits: the one that runs already, or one of the command's own."""

import asyncio
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateWorker

from knowledge.heartbeats import DEAD_AFTER_SECONDS

ALIVE = timedelta(seconds=DEAD_AFTER_SECONDS)
STOPPING_SECONDS = 60


def worker_is_alive() -> bool:
    """Whether any worker process has given a sign of life lately."""
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=timezone.now() - ALIVE).exists()


@contextmanager
def worker(say):
    """Gives a function to call again and again: it sees to it that somebody works on the queue.

    Where no worker lives it tells so by `say` and works through the queue in a thread of its own,
    which ends when the queue is empty.
    """
    own = OwnWorker()

    def ensure():
        if own.running or (not own.used and worker_is_alive()):
            return
        if not own.used:
            say("No worker is running; this command reads the documents itself.")
        own.start()

    yield ensure
    own.stop()


def until(finished, say, pause: float) -> None:
    """Returns once `finished()` holds, and sees to it meanwhile that somebody works."""
    with worker(say) as ensure:
        while not finished():
            ensure()
            time.sleep(pause)


class OwnWorker:
    """Procrastinate's worker in a thread; it ends by itself when the queue is empty."""

    def __init__(self):
        self.used = False
        self.thread = None

    @property
    def running(self) -> bool:
        return self.thread is not None and self.thread.is_alive()

    def start(self):
        self.used = True
        self.thread = threading.Thread(target=self.run, name="worker", daemon=True)
        self.thread.start()

    def run(self):
        try:
            asyncio.run(self.work())
        finally:
            connections.close_all()

    async def work(self):
        with app.replace_connector(app.connector.get_worker_connector()):
            async with app.open_async():
                await app.run_worker_async(
                    queues=["documents"],
                    wait=False,
                    listen_notify=False,
                    install_signal_handlers=False,
                )

    def stop(self):
        """Waits for the end, though not for ever: others may fill the queue all the time."""
        if self.running:
            self.thread.join(timeout=STOPPING_SECONDS)
