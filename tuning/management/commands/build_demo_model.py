"""`manage.py build_demo_model`: trains the demo's base model anew; docs/tuning.md tells how."""

import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from tuning.pretraining import building, stages


class Command(BaseCommand):
    help = "Trains the small base model of the demo from the repository's own text."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--minutes", type=float, default=stages.MINUTES)
        parser.add_argument("--processes", type=int, default=2, help="One a core.")
        parser.add_argument("--folder", type=Path, default=settings.VAR_DIR / "demo_model")

    def handle(self, **options):
        folder, minutes = options["folder"].resolve(), options["minutes"]
        building.build(settings.BASE_DIR, folder, minutes, options["processes"], say)
        say(f"The model is in {folder / 'model'}.")


def say(line: str):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
