"""`manage.py load_demo`: the demo company, its accounts and its handbook."""

from django.core.management.base import CommandError

from knowledge.demo import company
from knowledge.errors import KnowledgeError
from knowledge.management.desk import DeskCommand


class Command(DeskCommand):
    help = "Makes the demo company's groups, collections, accounts and handbook, where missing."

    def handle(self, **options):
        try:
            versions = company.load()
        except KnowledgeError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Documents queued: {len(versions)}")
        for line in company.account_lines():
            self.stdout.write(line)
