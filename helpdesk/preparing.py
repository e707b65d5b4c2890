"""What must hold before the desk starts: database, static files, demo company, engine."""

import hashlib

import psycopg
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core import checks
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from helpdesk.engines import create_configured_engine
from helpdesk.errors import HelpdeskError
from knowledge.demo import company
from knowledge.models import Collection

CONNECT_SECONDS = 5


def prepare(say) -> bool:
    """Does what is left to do and tells so by `say`; True when the demo company was loaded now.

    Raises HelpdeskError or KnowledgeError with one line for the person who starts the desk.
    """
    check_settings()
    check_database()
    migrate(say)
    check_contents(say)
    collect_static(say)
    company.guard()
    loaded = settings.DEMO and not Collection.objects.exists()
    if loaded:
        say("Loading the demo company…")
        company.load()
    create_configured_engine()
    return loaded


def check_settings():
    # Django's own look at CSRF_TRUSTED_ORIGINS is tagged "compatibility".
    for found in checks.run_checks(tags=["helpdesk", "compatibility"]):
        if found.is_serious():
            raise HelpdeskError(f"Settings: {found.msg} {found.hint or ''}".strip())


def check_database():
    parameters = connection.get_connection_params() | {"connect_timeout": CONNECT_SECONDS}
    try:
        psycopg.connect(**parameters).close()
    except psycopg.Error as error:
        first = str(error).splitlines()[0]
        raise HelpdeskError(f"The database can't be reached: {first}") from None


def migrate(say):
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Preparing the database…")
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except DatabaseError as error:
            first = str(error).splitlines()[0]
            raise HelpdeskError(f"The database can't be prepared: {first}") from None


def check_contents(say):
    """Tells what does not fit between the settings and the database; the desk's pages mend it."""
    for found in checks.run_checks(tags=[checks.Tags.database], databases=["default"]):
        say(f"{found.msg} {found.hint or ''}".strip())


def collect_static(say):
    """Collects the static files when one of them has changed since the last time."""
    stamp, now = settings.VAR_DIR / "static.sha256", static_digest()
    if stamp.exists() and stamp.read_text() == now and settings.STATIC_ROOT.exists():
        return
    say("Collecting static files…")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(now)


def static_digest() -> str:
    """Changes with every static file that comes, goes, or is written to."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = (storage.size(path), storage.get_modified_time(path).timestamp())
            digest.update(f"{path} {status}\n".encode())
    return digest.hexdigest()
