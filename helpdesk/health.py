"""`GET /healthz`: whether the desk can answer, for whatever watches it."""

import psycopg
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from knowledge.waiting import worker_is_alive

CONNECT_SECONDS = 2


@require_GET
@never_cache
def healthz(request):
    """200 when every part is there, else 503; `missing` names the parts that are not."""
    missing = missing_parts()
    body = {"status": "unavailable" if missing else "ok", "missing": missing}
    return JsonResponse(body, status=503 if missing else 200)


def missing_parts() -> list[str]:
    """The names of the parts that are not there; without a database nobody knows of the others."""
    if not database():
        return ["database"]
    return [part.__name__ for part in (migrations, worker) if not holds(part)]


def holds(part) -> bool:
    try:
        return part()
    except Error:
        return False


def database() -> bool:
    """Whether the database lets one in; not by the pool, which would wait for its return."""
    parameters = connection.get_connection_params() | {"connect_timeout": CONNECT_SECONDS}
    try:
        psycopg.connect(**parameters).close()
    except psycopg.Error:
        return False
    return True


def migrations() -> bool:
    """Whether every migration of this code is applied; once they are, nobody asks again."""
    if not migrations.applied:
        executor = MigrationExecutor(connection)
        migrations.applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return migrations.applied


migrations.applied = False


def worker() -> bool:
    return worker_is_alive()
