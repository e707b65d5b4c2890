"""`manage.py prepare`: everything before the start, once, where several machines serve one desk."""

from django.core.management.base import BaseCommand, CommandError

from helpdesk.errors import HelpdeskError
from helpdesk.preparing import prepare
from knowledge.errors import KnowledgeError


class Command(BaseCommand):
    help = "Migrates, collects static files, loads the demo company, sets the engine up."
    requires_system_checks = []

    def handle(self, **options):
        try:
            prepare(self.stdout.write)
        except (HelpdeskError, KnowledgeError) as error:
            raise CommandError(str(error)) from None
