"""`manage.py measure_demo_model`: how exactly a model repeats one, two and three sentences."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tuning.pretraining import measuring

MOST_GIVEN = 3
SHOWN = 5


class Command(BaseCommand):
    help = "Prints the share of answers that repeat the given sentences exactly, from unseen text."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--model", default=str(settings.BASE_DIR / "tuning" / "demo_model"))
        parser.add_argument("--texts", type=Path, help="A folder of Markdown files to measure on.")
        parser.add_argument("--cases", type=int, default=200, help="So many of each length.")
        parser.add_argument("--wrong", action="store_true", help="Print what was not exact.")

    def handle(self, **options):
        folder = options["texts"]
        known = measuring.sentences_under(folder) if folder else measuring.held_out()
        if len(known) < MOST_GIVEN:
            raise CommandError("There are too few sentences to measure on.")
        repeater = measuring.Repeater(options["model"])
        self.stdout.write(
            f"{len(known)} sentences; exact of {options['cases']} each, by the model and set right:"
        )
        for given in range(1, MOST_GIVEN + 1):
            asked = measuring.cases(known, given, options["cases"])
            exact = repeater.exact(asked)
            alone, right = (sum(each) / len(each) for each in zip(*exact, strict=True))
            self.stdout.write(f"{given} given  {alone:.3f}  {right:.3f}")
            if options["wrong"]:
                wrong = [case for case, (right, _) in zip(asked, exact, strict=True) if not right]
                self.show(wrong[:SHOWN], repeater)

    def show(self, asked, repeater):
        for case in asked:
            self.stdout.write(f"  wanted {measuring.wanted(case[1])!r}")
            self.stdout.write(f"  given  {repeater.answers([case])[0]!r}")
