"""`manage.py sync_engine`: the engine that LLM_BASE_URL and LLM_MODEL ask for, before the start."""

from django.core.management.base import BaseCommand

from helpdesk.engines import create_configured_engine


class Command(BaseCommand):
    help = "Creates and switches on the engine that LLM_BASE_URL and LLM_MODEL name."
    requires_system_checks = ["helpdesk"]

    def handle(self, **options):
        engine = create_configured_engine()
        self.stdout.write(f"Engine: {engine}{f' ({engine.model})' if engine.model else ''}")
