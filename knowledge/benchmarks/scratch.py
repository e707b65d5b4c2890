"""A collection for a benchmark alone, with a queue and a worker of its own."""

import asyncio
import io
import secrets
import shlex
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from django.conf import settings
from django.core.files import File
from django.db import connection, connections
from procrastinate.contrib.django import app

from knowledge import heartbeats, tasks
from knowledge.models import Collection, Version
from knowledge.uploads import upload

PREFIX = "benchmark-"


@contextmanager
def collection() -> Iterator[Collection]:
    """An empty collection that nobody but superusers sees; it goes with all that is in it."""
    name = f"{PREFIX}{secrets.token_hex(4)}"
    made = Collection.objects.create(name=name, slug=name)
    try:
        yield made
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE queue_name = %s", [name])
        made.delete()


def fill(into: Collection, files: Iterable[tuple[str, bytes]]) -> list[int]:
    """Uploads files as the page does, into the collection's own queue; gives the versions' ids."""
    with patch.object(tasks.ingest, "queue", into.slug):
        return [
            upload(into, name, File(io.BytesIO(data), name=name)).version.pk for name, data in files
        ]


def ingest(into: Collection, files: Iterable[tuple[str, bytes]]) -> list[int]:
    """`fill` beside the worker, who takes each file as soon as it is there; until all are done."""

    def upload_all() -> list[int]:
        try:
            return fill(into, files)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1, thread_name_prefix="uploads") as uploads:
        ids = uploads.submit(upload_all)
        # The queue may be empty for a moment: before the first file, or where uploads are slow.
        while not ids.done():
            work(into.slug)
        work(into.slug)
    return ids.result()


def work(queue: str) -> None:
    """Works through a queue as the worker of the Procfile does, and returns when it is empty."""
    asyncio.run(_work(queue))


async def _work(queue: str) -> None:
    # An app of its own: beside it, uploads queue their files by the desk's, as in the web process.
    worker = app.with_connector(app.connector.get_worker_connector())
    heartbeats.attach(worker)
    async with worker.open_async():
        await worker.run_worker_async(
            queues=[queue],
            concurrency=concurrency(),
            delete_jobs="successful",
            wait=False,
            listen_notify=False,
            install_signal_handlers=False,
        )


def concurrency() -> int:
    """How many documents the worker of the Procfile reads at a time."""
    line = (Path(settings.BASE_DIR) / "Procfile").read_text().partition("worker:")[2]
    words = shlex.split(line.partition("\n")[0])
    return int(words[words.index("--concurrency") + 1])


def failures(ids: list[int]) -> list[str]:
    """What became of the documents that are not ready, a line each."""
    bad = Version.objects.filter(pk__in=ids).exclude(status=Version.Status.READY)
    rows = bad.values_list("document__name", "status", "error")
    return [f"{name}: {error or status}" for name, status, error in rows]
