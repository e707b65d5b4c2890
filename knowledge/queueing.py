"""The queue of documents: whose turn is when, whether anybody works on it, and what fell out."""

from contextlib import suppress
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import BigIntegerField, Exists, OuterRef
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from knowledge.heartbeats import DEAD_AFTER_SECONDS
from knowledge.models import Version
from knowledge.waiting import worker_is_alive

TASK = "knowledge.tasks.ingest"
# Places are counted as the worker takes jobs: by priority, then in the order they came.
STATEMENT = """
SELECT version, status, place, beats FROM (
    SELECT (job.args ->> 'version_id')::bigint AS version, job.status::text AS status,
           rank() OVER (PARTITION BY job.status ORDER BY job.priority DESC, job.id) AS place,
           coalesce(worker.last_heartbeat > now() - make_interval(secs => %s), false) AS beats
    FROM procrastinate_jobs job
    LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.task_name = %s AND job.status IN ('todo', 'doing')
) queue
WHERE version = ANY (%s)
"""


@dataclass(frozen=True, slots=True)
class Queue:
    """`places` by version, from 1; `stalled` are the versions whose worker stopped.

    `lost` are those that no job stands for: they fail within a minute. `alive`: a worker runs.
    """

    alive: bool = True
    places: dict[int, int] = field(default_factory=dict)
    stalled: frozenset[int] = frozenset()
    lost: frozenset[int] = frozenset()

    def said(self, version: int) -> str:
        """Where a version stands, as "3rd in the queue"; "" for one that is worked on."""
        if version in self.lost:
            return _("nothing is queued for it; it is marked as failed within a minute")
        if not self.alive:
            return _("no worker is running")
        if version in self.stalled:
            return _("its worker stopped; another takes over within a minute")
        place = self.places.get(version)
        if not place:
            return ""
        return gettext("%(place)s in the queue") % {"place": ordinal(place)}


def look(versions: list[int]) -> Queue:
    """The queue as it is now, for versions that are not finished, by their keys."""
    if not versions:
        return Queue()
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, [DEAD_AFTER_SECONDS, TASK, list(versions)])
        rows = cursor.fetchall()
    places = {version: place for version, status, place, _ in rows if status == "todo"}
    stalled = {version for version, status, _, beats in rows if status == "doing" and not beats}
    lost = set(versions) - {version for version, *_ in rows}
    return Queue(worker_is_alive(), places, frozenset(stalled), frozenset(lost))


def ordinal(number: int) -> str:
    """A number as people count: 1st, 2nd, 3rd, 11th, or "11." in German."""
    if not (get_language() or "en").startswith("en"):
        return f"{number}."
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
    """Fails the unfinished versions that no job stands for any more; gives how many.

    So it is where the database was away just as the last try came to its end.
    """
    jobs = ProcrastinateJob.objects.filter(task_name=TASK, status__in=("todo", "doing"))
    mine = jobs.annotate(version=Cast(KeyTextTransform("version_id", "args"), BigIntegerField()))
    unfinished = Version.objects.filter(status__in=Version.UNFINISHED)
    lost = list(unfinished.filter(~Exists(mine.filter(version=OuterRef("pk")))))
    for version in lost:
        with suppress(Version.DoesNotExist):
            version.fail(
                _(
                    "The work came to an end without a result, as when the database is away for a "
                    "while. Try again."
                )
            )
    return len(lost)
