"""manage.py calibrate SET…: fits the confidence to question sets, and uses it from then on."""

from contextlib import ExitStack
from pathlib import Path

import numpy as np
from django.core.management import CommandError
from django.core.management.base import BaseCommand

from helpdesk.calibration import Asked, fit
from helpdesk.chain import PASSAGES
from helpdesk.confidence import features_of
from helpdesk.events import Turn
from helpdesk.followup import contextual_query
from helpdesk.models import Calibration
from helpdesk.scratch import scratch_collection
from knowledge.accounts import asker
from knowledge.errors import KnowledgeError
from knowledge.evaluation import Question, read_questions
from knowledge.models import Index
from knowledge.search import search

MAX_DECLINED = 0.05
HELP = """Fits the confidence to question sets: folders with docs/ and questions.jsonl, as for
evaluate. The questions of a set without docs/ count as unanswerable and are asked over the
documents of the others."""


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser):
        parser.add_argument("sets", nargs="+", type=Path, metavar="SET")
        parser.add_argument(
            "--max-declined",
            type=float,
            default=MAX_DECLINED,
            metavar="SHARE",
            help="of the answerable questions, so many at most are declined; .05 if not given",
        )
        parser.add_argument(
            "--over",
            action="append",
            metavar="COLLECTION",
            help="ask over a collection that is there already, not over docs/",
        )
        parser.add_argument("--dry-run", action="store_true", help="show it, and change nothing")
        parser.add_argument("--user", metavar="NAME", help="who asks; a superuser if not given")

    def handle(self, *args, **options):
        if not 0 <= options["max_declined"] < 1:
            raise CommandError("--max-declined is a share from 0 to 1, such as 0.05.")
        self.user = asker(options["user"])
        try:
            asked = self.asked(options["sets"], options["over"])
            fitted = fit(asked, options["max_declined"])
        except KnowledgeError as error:
            raise CommandError(str(error)) from None
        except ValueError as error:
            raise CommandError(f"There is nothing to fit to: {error}.") from None
        row = self.made(fitted, options)
        self.tell(row)
        if not options["dry_run"]:
            row.save()
            self.stdout.write("It is used from the next question on. The admin shows it.")

    def asked(self, sets: list[Path], over: list[str] | None) -> list[Asked]:
        """The questions of each set over its own documents, those of sets without over all."""
        questions = {directory: read_questions(directory / "questions.jsonl") for directory in sets}
        own = [directory for directory in sets if over or (directory / "docs").is_dir()]
        if not own:
            raise CommandError("None of the sets has docs/. Name collections with --over.")
        with ExitStack() as stack:
            slugs = {
                directory: over
                or [stack.enter_context(scratch_collection(directory, self.stderr.write))]
                for directory in own
            }
            every = sorted({slug for found in slugs.values() for slug in found})
            return [
                self.ask(question, slugs.get(directory, every), directory in slugs)
                for directory in sets
                for question in questions[directory]
            ]

    def ask(self, question: Question, slugs: list[str], own: bool) -> Asked:
        turns = [Turn(role, text) for role, text in question.history]
        query = contextual_query(question.text, turns)
        rows = features_of(query, search(query, self.user, PASSAGES, slugs))
        answerable = own and not question.unanswerable
        return Asked(answerable, np.array(rows).reshape(len(rows), 3))

    def made(self, fitted, options) -> Calibration:
        names = ", ".join(path.resolve().name for path in options["sets"])
        recipe = Index.objects.active().recipe
        return Calibration.of(fitted, options["max_declined"], names[:500], recipe)

    def tell(self, row: Calibration):
        numbers = ", ".join(f"{number:.2f}" for number in row.scale.numbers)
        self.stdout.write(f"Fitted to {row.answerable} answerable questions of {row.sets}")
        self.stdout.write(f"  and {row.unanswerable} unanswerable ones.")
        self.stdout.write(f"Intercept, passage, sentence, coverage: {numbers}")
        self.stdout.write(f"Threshold: {row.threshold:.3f}")
        self.stdout.write(
            f"Of the answerable questions {row.declined:.1%} are declined"
            f" (at most {row.max_declined:.1%}), of the unanswerable ones {row.caught:.1%}."
        )
