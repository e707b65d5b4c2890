"""Where a version stands in the queue, and whether the worker that has it is alive."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import BigIntegerField, Exists, OuterRef
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from knowledge.models import Version

# A worker writes its heartbeat every 10 s; one that has missed this many seconds is dead.
DEAD_AFTER_SECONDS = 30
ALIVE = timedelta(seconds=DEAD_AFTER_SECONDS)
TASK = "knowledge.tasks.ingest"
# One statement for many versions: the waiting jobs, counted in the order in which workers take
# them, and the jobs under way with the last sign of life of their workers.
STATEMENT = """
SELECT (args ->> 'version_id')::bigint, status, place, ready, alive
FROM (
    SELECT job.args, job.status::text AS status,
           rank() OVER (PARTITION BY job.status ORDER BY job.priority DESC, job.id) AS place,
           coalesce(job.scheduled_at <= now(), true) AS ready,
           coalesce(worker.last_heartbeat > now() - %s, false) AS alive
    FROM procrastinate_jobs job
    LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.task_name = %s AND job.status IN ('todo', 'doing')
) job
WHERE (args ->> 'version_id')::bigint = ANY (%s)
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an unfinished version stands.

    `position` counts the waiting ones from 1; None for one under way. `alive`: a worker has it.
    `stuck`: its worker stopped, or nothing is queued for it; the desk goes on by itself.
    """

    position: int | None = None
    alive: bool = False
    stuck: bool = False
    text: str = ""


LOST = Place(stuck=True, text="nothing is queued for it; it will be marked as failed in a minute")
STOPPED = Place(stuck=True, text="its worker stopped; another takes over within a minute")
UNDER_WAY = Place(alive=True)


def places(versions: Iterable[Version]) -> dict[int, Place]:
    """The places of the unfinished ones among `versions`, by their keys, in one query."""
    found = dict.fromkeys((one.pk for one in versions if not one.finished), LOST)
    if not found:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, [ALIVE, TASK, list(found)])
        for version, status, place, ready, alive in cursor.fetchall():
            found[version] = waiting(place, ready) if status == "todo" else at_work(alive)
    return found


def waiting(place: int, ready: bool) -> Place:
    again = "" if ready else "; it is tried again in a moment"
    return Place(position=place, text=f"{ordinal(place)} in the queue{again}")


def at_work(alive: bool) -> Place:
    return UNDER_WAY if alive else STOPPED


def ordinal(number: int) -> str:
    """A number as English counts: 1st, 2nd, 3rd, 11th."""
    teen = number % 100 in (11, 12, 13)
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def take_out(version: Version) -> None:
    """Takes the jobs of a version that did not begin out of the queue."""
    jobs = ProcrastinateJob.objects.filter(
        task_name=TASK, status="todo", args__version_id=version.pk
    )
    for pk in jobs.values_list("pk", flat=True):
        app.job_manager.cancel_job_by_id(pk, delete_job=True)


def sweep() -> int:
    """Ends the work of versions that no job stands for any more; gives how many.

    So it is when the database was away just as the last try came to its end.
    """
    jobs = ProcrastinateJob.objects.filter(task_name=TASK, status__in=("todo", "doing"))
    mine = jobs.annotate(version=Cast(KeyTextTransform("version_id", "args"), BigIntegerField()))
    unfinished = Version.objects.filter(status__in=Version.UNFINISHED)
    lost = list(unfinished.filter(~Exists(mine.filter(version=OuterRef("pk")))))
    for version in lost:
        with suppress(Version.DoesNotExist):
            version.fail(
                "The work came to an end without a result, as when the database is away for a "
                "while. Try again."
            )
    return len(lost)
