"""Commands that need the desk's tables, and say so where these are not there yet."""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from knowledge.errors import KnowledgeError

UNPREPARED = "The database is not prepared for this version. Run `manage.py prepare` first."


def refuse_unprepared() -> None:
    """Raises KnowledgeError where migrations wait to be applied."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise KnowledgeError(UNPREPARED)


class DeskCommand(BaseCommand):
    """A command on the desk's own database."""

    requires_migrations_checks = True

    def check_migrations(self):
        try:
            refuse_unprepared()
        except KnowledgeError as error:
            raise CommandError(str(error)) from None
